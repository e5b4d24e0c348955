package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.chain.Contracts;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Node.CaseState;
import org.oml.gateway.chain.Node.OpenedCase;
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
    Node node = parts.getBean(Node.class);
    GatewaySettings gateway = parts.getBean(GatewaySettings.class);
    Optional<OpenedCase> opened =
        find(node, Contracts.read(gateway.addressesFile()).deployedAtBlock(), caseId);
    if (opened.isEmpty()) {
      System.out.println("The court has no case " + caseId + ".");
      return NO;
    }
    RebuttalFiles files = RebuttalFiles.open(gateway.journal().resolve("by-hand"));
    Rebutter rebutter = rebutter(node, files, gateway, parts);
    Rebuttal rebuttal =
        files
            .find(caseId)
            .orElse(Rebuttal.of(opened.get()))
            .openedAgain(opened.get())
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

  private static Rebutter rebutter(
      Node node,
      RebuttalFiles files,
      GatewaySettings gateway,
      ConfigurableApplicationContext parts) {
    return new Rebutter(
        node,
        parts.getBean(Sender.class),
        new AnswerFinder(
            node,
            parts.getBean(HostIdentity.class),
            new JournalArchive(gateway.journal()),
            parts.getBean(PermissionLookup.class).service()),
        files,
        parts.getBean(Warnings.class),
        step -> {},
        parts.getBean(DefenceSettings.class).bumpAfter(),
        0,
        Clock.systemUTC());
  }

  /** A case that can still be rebutted is in the latest blocks. */
  private static Optional<OpenedCase> find(Node node, long firstBlock, Bytes32 caseId)
      throws IOException {
    if (node.caseOf(caseId).state() == CaseState.NONE) {
      return Optional.empty();
    }
    for (long to = node.head().number(); to >= firstBlock; to -= CaseWatch.BLOCKS_AT_ONCE) {
      long from = Math.max(firstBlock, to - CaseWatch.BLOCKS_AT_ONCE + 1);
      Optional<OpenedCase> found = node.openedCase(caseId, from, to);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
