package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Sender;
import org.oml.gateway.defence.DefenceConfiguration.PermissionLookup;
import org.oml.gateway.defence.Rebuttal.Outcome;
import org.oml.gateway.warning.Warnings;
import org.oml.host.HostFiles;
import org.oml.host.HostIdentity;
import org.oml.host.journal.JournalArchive;
import org.oml.protocol.Bytes32;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Rebuts one case because a person says so, with the gateway's settings and journal; the gateway
 * may run meanwhile, for a second rebuttal does no harm.
 */
public final class RebutByHand {

  /** The case stands rebutted. */
  public static final int DONE = 0;

  /** The case cannot be rebutted. */
  public static final int NO = 1;

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long POLL_MILLISECONDS = 500;

  private RebutByHand() {}

  /** What the gateway has, without its doors. */
  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(GatewaySettings.class)
  @Import(DefenceConfiguration.class)
  static class Parts {

    @Bean
    HostIdentity hostIdentity(GatewaySettings settings) {
      return HostFiles.read(
          settings.manifest(),
          settings.addressesFile(),
          settings.keystore(),
          settings.passwordFile());
    }
  }

  /**
   * Rebuts and waits until the court says so.
   *
   * @param arguments of Spring Boot: where the settings are
   * @return the exit code
   */
  public static int run(Bytes32 caseId, String... arguments)
      throws IOException, InterruptedException {
    SpringApplication application = new SpringApplication(Parts.class);
    application.setDefaultProperties(java.util.Map.of("oml.gateway.defence.by-hand", "true"));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--spring.main.web-application-type=none";
    try (ConfigurableApplicationContext parts = application.run(all)) {
      if (parts.getBeanProvider(Node.class).getIfAvailable() == null) {
        System.err.println("oml.gateway.defence.rpc-url is not set: there is no chain to send to.");
        return NO;
      }
      return rebut(caseId, parts);
    }
  }

  private static int rebut(Bytes32 caseId, ConfigurableApplicationContext parts)
      throws IOException, InterruptedException {
    GatewaySettings gateway = parts.getBean(GatewaySettings.class);
    DefenceSettings settings = parts.getBean(DefenceSettings.class);
    Node node = parts.getBean(Node.class);
    RebuttalFiles files = RebuttalFiles.open(gateway.journal().resolve("by-hand"));
    Rebutter rebutter =
        new Rebutter(
            node,
            parts.getBean(Sender.class),
            new PermitFinder(
                new JournalArchive(gateway.journal()),
                parts.getBean(PermissionLookup.class).service()),
            files,
            parts.getBean(Warnings.class),
            step -> {},
            settings.bumpAfter(),
            0,
            Clock.systemUTC());
    long until = rebuttableUntil(node, parts.getBean(HostIdentity.class), caseId);
    Rebuttal rebuttal =
        files.all().stream()
            .filter(each -> each.caseId().equals(caseId))
            .findFirst()
            .orElse(Rebuttal.of(caseId, until))
            .until(until)
            .with(Outcome.OPEN);
    Instant end = Instant.now().plus(PATIENCE);
    while (rebuttal.isOpen() && Instant.now().isBefore(end)) {
      rebuttal = rebutter.advance(rebuttal, node.head());
      if (rebuttal.attempts().isEmpty() && rebuttal.rebuttedSince() == 0) {
        break;
      }
      Thread.sleep(POLL_MILLISECONDS);
    }
    boolean done = rebuttal.outcome() == Outcome.REBUTTED;
    System.out.println(
        done ? "Case " + caseId + " is rebutted." : "Case " + caseId + " is not rebutted.");
    return done ? DONE : NO;
  }

  private static long rebuttableUntil(Node node, HostIdentity host, Bytes32 caseId)
      throws IOException {
    return node.caseOf(caseId).revealedAt()
        + node.termsOf(host.modelId(), host.instanceId()).disputeWindow();
  }
}
