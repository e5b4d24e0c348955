package org.oml.gateway.defence;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.oml.gateway.GatewaySettings;
import org.oml.gateway.chain.Contracts;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Node.CaseState;
import org.oml.gateway.chain.Node.OpenedCase;
import org.oml.gateway.chain.Panels;
import org.oml.gateway.chain.Panels.Hit;
import org.oml.gateway.chain.Panels.PlanState;
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
 * Rebuts one case, or the hits of a panel's plan, because a person says so, with the gateway's
 * settings and journal; the gateway may run meanwhile, for a second rebuttal does no harm.
 */
public final class RebutByHand {

  /** The case, or each hit of the plan, stands rebutted. */
  public static final int DONE = 0;

  /** It cannot be rebutted. */
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
   * @param caseId of a case on receipts, or of a plan
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
    ByHand byHand = new ByHand(parts);
    boolean isCase = byHand.node.caseOf(caseId).state() != CaseState.NONE;
    boolean isPlan = !isCase && byHand.panels.stateOf(caseId) == PlanState.OPENED;
    boolean done = isCase ? byHand.rebutCase(caseId) : isPlan && byHand.rebutPlan(caseId);
    if (!isCase && !isPlan) {
      System.out.println("The courts have no case " + caseId + ", nor a plan that is open.");
    }
    return done ? DONE : NO;
  }

  /** What it takes to answer one case. */
  private static final class ByHand {

    private final Node node;
    private final Panels panels;
    private final long firstBlock;
    private final RebuttalFiles cases;
    private final PlanFiles plans;
    private final Rebutter rebutter;
    private final PlanRebutter planRebutter;
    private final Instant end = Instant.now().plus(PATIENCE);

    ByHand(ConfigurableApplicationContext parts) throws IOException {
      GatewaySettings gateway = parts.getBean(GatewaySettings.class);
      Path directory = gateway.journal().resolve("by-hand");
      JournalArchive journal = new JournalArchive(gateway.journal());
      Warnings warnings = parts.getBean(Warnings.class);
      node = parts.getBean(Node.class);
      panels = parts.getBean(Panels.class);
      firstBlock = Contracts.read(gateway.addressesFile()).deployedAtBlock();
      cases = RebuttalFiles.open(directory);
      plans = PlanFiles.open(directory);
      Dispatcher dispatcher =
          new Dispatcher(
              node,
              parts.getBean(Sender.class),
              () -> Stream.concat(cases.sendings(), plans.sendings()),
              step -> {},
              parts.getBean(DefenceSettings.class).bumpAfter(),
              Clock.systemUTC());
      AnswerFinder answers =
          new AnswerFinder(
              node,
              parts.getBean(HostIdentity.class),
              journal,
              parts.getBean(PermissionLookup.class).service());
      rebutter = new Rebutter(node, dispatcher, answers, cases, warnings, step -> {}, 0);
      planRebutter =
          new PlanRebutter(
              panels, new HitPermits(journal), plans, dispatcher, warnings, step -> {}, 0);
    }

    boolean rebutCase(Bytes32 caseId) throws IOException, InterruptedException {
      OpenedCase opened = latest((from, to) -> node.openedCase(caseId, from, to));
      Rebuttal rebuttal =
          cases.find(caseId).orElse(Rebuttal.of(opened)).openedAgain(opened).with(Outcome.OPEN);
      while (rebuttal.isOpen() && Instant.now().isBefore(end)) {
        rebuttal = rebutter.advance(rebuttal, node.head());
        if (!rebuttal.sending().isBegun() && rebuttal.rebuttedSince() == 0) {
          break;
        }
        Thread.sleep(POLL_MILLISECONDS);
      }
      boolean done = rebuttal.outcome() == Outcome.REBUTTED;
      System.out.println(
          done ? "Case " + caseId + " is rebutted." : "Case " + caseId + " is not rebutted.");
      return done;
    }

    boolean rebutPlan(Bytes32 planId) throws IOException, InterruptedException {
      AccusedPlan plan =
          plans.save(AccusedPlan.of(latest((from, to) -> panels.openedPlan(planId, from, to))));
      long head = node.head().number();
      for (long from = firstBlock; from <= head; from += BlockScan.BLOCKS_AT_ONCE) {
        long to = Math.min(head, from + BlockScan.BLOCKS_AT_ONCE - 1);
        for (Hit hit : panels.hits(List.of(planId), from, to)) {
          // The journal may have come back meanwhile.
          HitRebuttal known = plans.hit(hit).orElse(HitRebuttal.of(hit)).openedAgain(hit);
          plans.save(known.with(HitRebuttal.Outcome.OPEN));
        }
      }
      while (plan.isOpen() && remaining(planId) > 0 && Instant.now().isBefore(end)) {
        plan = planRebutter.advance(plan, node.head());
        Thread.sleep(POLL_MILLISECONDS);
      }
      List<HitRebuttal> hits = plans.hits(planId);
      long rebutted =
          hits.stream().filter(each -> each.outcome() == HitRebuttal.Outcome.REBUTTED).count();
      System.out.println(
          "Of " + hits.size() + " hits of plan " + planId + " " + rebutted + " are rebutted.");
      return rebutted == hits.size();
    }

    private long remaining(Bytes32 planId) {
      return plans.hits(planId).stream().filter(HitRebuttal::isOpen).count();
    }

    /** What can still be rebutted is in the latest blocks. */
    private <T> T latest(Range<T> range) throws IOException {
      for (long to = node.head().number(); to >= firstBlock; to -= BlockScan.BLOCKS_AT_ONCE) {
        long from = Math.max(firstBlock, to - BlockScan.BLOCKS_AT_ONCE + 1);
        Optional<T> found = range.in(from, to);
        if (found.isPresent()) {
          return found.get();
        }
      }
      throw new IOException("The node does not show the event of a case that the court has.");
    }
  }

  /** Looks for something in a range of blocks, both ends included. */
  @FunctionalInterface
  private interface Range<T> {

    Optional<T> in(long from, long to) throws IOException;
  }
}
