package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.oml.gateway.chain.Node;
import org.oml.gateway.warning.Inspection;
import org.oml.gateway.warning.Warning;
import org.oml.gateway.warning.Warnings;
import org.oml.host.HostIdentity;
import org.oml.host.journal.JournalArchive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands guard while the gateway runs, on a thread of its own. */
final class Defence implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Defence.class);
  private static final Duration BETWEEN_TIDYINGS = Duration.ofHours(1);
  private static final Duration MARGIN = Duration.ofDays(1);
  private static final Duration TOO_LONG_BLIND = Duration.ofSeconds(30);

  private final Node node;
  private final HostIdentity host;
  private final CaseWatch watch;
  private final RebuttalFiles files;
  private final Rebutter rebutter;
  private final PanelDefence panels;
  private final Inspection inspection;
  private final Warnings warnings;
  private final JournalArchive journal;
  private final DefenceSettings settings;
  private final Duration inspectionInterval;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private Instant lastSeen;
  private Instant nextInspection = Instant.MIN;
  private Instant nextTidying = Instant.MIN;

  Defence(
      Node node,
      HostIdentity host,
      CaseWatch watch,
      RebuttalFiles files,
      Rebutter rebutter,
      PanelDefence panels,
      Inspection inspection,
      Warnings warnings,
      JournalArchive journal,
      DefenceSettings settings,
      Duration inspectionInterval,
      InstantSource clock) {
    this.node = node;
    this.host = host;
    this.watch = watch;
    this.files = files;
    this.rebutter = rebutter;
    this.panels = panels;
    this.inspection = inspection;
    this.warnings = warnings;
    this.journal = journal;
    this.settings = settings;
    this.inspectionInterval = inspectionInterval;
    this.clock = clock;
    this.lastSeen = clock.instant();
    this.thread = Thread.ofPlatform().name("defence").daemon().unstarted(this::guard);
  }

  void start() {
    thread.start();
  }

  private void guard() {
    try {
      do {
        lookOnce();
      } while (!closing.await(settings.pollInterval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() {
    try {
      Node.Head head = node.head();
      watch.look(head.number());
      for (Rebuttal each : files.open()) {
        rebutter.advance(each, head);
      }
      panels.look(head);
      inspect(head);
      tidy();
      lastSeen = clock.instant();
      warnings.settle(Warning.CHAIN_UNREACHABLE, "");
    } catch (IOException e) {
      if (clock.instant().isAfter(lastSeen.plus(TOO_LONG_BLIND))) {
        warnings.raise(
            Warning.CHAIN_UNREACHABLE, "", "Nobody watches for cases: " + e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("A look at the chain failed; the next one goes on", e);
    }
  }

  private void inspect(Node.Head head) throws IOException {
    if (!clock.instant().isBefore(nextInspection)) {
      inspection.look(head);
      nextInspection = clock.instant().plus(inspectionInterval);
    }
  }

  /** Deletes the journals that no case can reach any more. */
  private void tidy() throws IOException {
    Instant now = clock.instant();
    if (now.isBefore(nextTidying)) {
      return;
    }
    Node.Terms terms = node.termsOf(host.modelId(), host.instanceId());
    long untilOpened =
        Math.max(terms.maximumEvidenceAge() + node.longestReveal(), panels.longest());
    Duration reach = Duration.ofSeconds(untilOpened + terms.disputeWindow());
    Duration kept =
        reach.plus(MARGIN).compareTo(settings.keep()) > 0 ? reach.plus(MARGIN) : settings.keep();
    int deleted = journal.deleteBefore(now.minus(kept));
    if (deleted > 0) {
      LOG.info("Deleted {} journals that no case can reach any more", deleted);
    }
    nextTidying = now.plus(BETWEEN_TIDYINGS);
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join(settings.requestTimeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
