package org.oml.gateway.defence;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.chain.Contracts;
import org.oml.gateway.chain.JsonRpc;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Panels;
import org.oml.gateway.chain.Sender;
import org.oml.gateway.warning.Inspection;
import org.oml.gateway.warning.WarningSettings;
import org.oml.gateway.warning.Warnings;
import org.oml.host.HostFiles;
import org.oml.host.HostIdentity;
import org.oml.host.journal.JournalArchive;
import org.oml.host.permit.PermissionServicePermits;
import org.oml.protocol.Address;
import org.oml.protocol.SigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The defence of a gateway that is told a node. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("oml.gateway.defence.rpc-url")
@EnableConfigurationProperties({DefenceSettings.class, WarningSettings.class})
public class DefenceConfiguration {

  private static final Duration LOOKUP_PATIENCE = Duration.ofSeconds(5);

  @Bean
  JsonRpc jsonRpc(DefenceSettings settings) {
    return new JsonRpc(
        java.util.Objects.requireNonNull(settings.rpcUrl()), settings.requestTimeout());
  }

  @Bean
  Node node(JsonRpc rpc, GatewaySettings settings) {
    return new Node(rpc, Contracts.read(settings.addressesFile()));
  }

  @Bean
  Panels panels(JsonRpc rpc, GatewaySettings settings) {
    return new Panels(rpc, Contracts.read(settings.addressesFile()));
  }

  @Bean
  Warnings warnings(WarningSettings settings, HostIdentity host) {
    return new Warnings(settings.webhook(), settings.repeatAfter(), host, Clock.systemUTC());
  }

  @Bean
  Sender sender(DefenceSettings settings, HostIdentity host, Node node) {
    Path keystore = settings.keystore();
    Path password = settings.passwordFile();
    SigningKey key =
        keystore == null || password == null ? host.key() : HostFiles.key(keystore, password);
    return new Sender(node, key, settings.highestFeeInWei());
  }

  @Bean(destroyMethod = "close")
  PermissionLookup permissionLookup(GatewaySettings settings, HostIdentity host) {
    return new PermissionLookup(
        new PermissionServicePermits(
            settings.permissionUrl(), host, LOOKUP_PATIENCE, Clock.systemUTC()));
  }

  /** Apart from the source of permits, of which there is one. */
  record PermissionLookup(PermissionServicePermits service) implements AutoCloseable {

    @Override
    public void close() {
      service.close();
    }
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  @ConditionalOnProperty(
      name = "oml.gateway.defence.by-hand",
      havingValue = "false",
      matchIfMissing = true)
  Defence defence(
      GatewaySettings gateway,
      DefenceSettings settings,
      WarningSettings warningSettings,
      HostIdentity host,
      Node node,
      Panels panels,
      Sender sender,
      PermissionLookup lookup,
      Warnings warnings,
      ObjectProvider<DefenceSteps> listeners)
      throws IOException {
    DefenceSteps steps = listeners.getIfAvailable(() -> step -> {});
    Path directory = gateway.journal().resolve("defence");
    RebuttalFiles cases = RebuttalFiles.open(directory);
    PlanFiles plans = PlanFiles.open(directory);
    JournalArchive journal = new JournalArchive(gateway.journal());
    long firstBlock = Contracts.read(gateway.addressesFile()).deployedAtBlock();
    int depth = settings.finalityDepth();
    Dispatcher dispatcher =
        new Dispatcher(
            node,
            sender,
            () -> Stream.concat(cases.sendings(), plans.sendings()),
            steps,
            settings.bumpAfter(),
            Clock.systemUTC());
    var signers = gateway.permitSigners().stream().map(Address::parse).collect(Collectors.toSet());
    return new Defence(
        node,
        host,
        new CaseWatch(
            node,
            host.instanceId(),
            new BlockScan(directory.resolve("looked.json"), firstBlock, depth),
            cases,
            warnings,
            steps),
        cases,
        new Rebutter(
            node,
            dispatcher,
            new AnswerFinder(node, host, journal, lookup.service()),
            cases,
            warnings,
            steps,
            depth),
        new PanelDefence(
            panels,
            new PlanWatch(
                panels,
                host.instanceId(),
                new BlockScan(directory.resolve("looked-panels.json"), firstBlock, depth),
                plans,
                warnings,
                steps),
            plans,
            new PlanRebutter(
                panels, new HitPermits(journal), plans, dispatcher, warnings, steps, depth)),
        new Inspection(
            node,
            host,
            sender.address(),
            signers,
            lookup.service()::isSuccessorWanted,
            warningSettings,
            warnings,
            Clock.systemUTC()),
        warnings,
        journal,
        settings,
        warningSettings.interval(),
        Clock.systemUTC());
  }
}
