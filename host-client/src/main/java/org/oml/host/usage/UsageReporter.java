package org.oml.host.usage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.oml.host.HostIdentity;
import org.oml.host.journal.Journal;
import org.oml.host.journal.UsageNote;
import org.oml.host.permit.PermissionClient;
import org.oml.host.permit.PermitCheck;
import org.oml.host.usage.UsageTally.Open;
import org.oml.host.usage.UsageTally.Sum;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.UsageAck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges what this host has had, so that the permission service goes on issuing: at
 * intervals, and at once when it is told that the service waits for it. What is acknowledged is
 * what the host's own journals show, whatever the service counts. Permits whose answer was lost are
 * looked for at the service by the query hash, which nobody else could know.
 */
public final class UsageReporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UsageReporter.class);

  /** A permit that was not recorded by then will not be: its query was given up. */
  private static final Duration LOST_AFTER = Duration.ofMinutes(2);

  /** Blank permits that were bought earlier than this are over. */
  private static final Duration BLANKS_LOST_AFTER = Duration.ofMinutes(15);

  private static final Duration LAST_LOOK = Duration.ofSeconds(10);
  private static final Duration LEAST_PAUSE = Duration.ofMillis(100);
  private static final int LOOKED_FOR_AT_ONCE = 200;

  private final HostIdentity host;
  private final PermissionClient service;
  private final Journal journal;
  private final PermitCheck check;
  private final Policy policy;
  private final Consumer<Optional<CodedException>> outcome;
  private final InstantSource clock;
  private final UsageTally tally;
  private final Semaphore wakes = new Semaphore(0);
  private @Nullable Thread thread;
  private Sum acknowledged = Sum.NOTHING;
  private boolean complained;
  private volatile boolean closing;

  /**
   * When it acknowledges, and what.
   *
   * @param interval between two looks
   * @param acknowledges whether it does; if not, it only keeps the tally for whoever does
   * @param others journal directories of further gateways of this host for the same model, or
   *     copies of their tallies, whose usage is acknowledged along with this one's
   * @param lostAfter how long a query may wait for its permit; after twice as long, and two minutes
   *     at least, a permit that did not come is looked for
   */
  public record Policy(
      Duration interval, boolean acknowledges, List<Path> others, Duration lostAfter) {

    public Policy {
      others = List.copyOf(others);
    }

    Duration lost() {
      Duration twice = lostAfter.multipliedBy(2);
      return twice.compareTo(LOST_AFTER) > 0 ? twice : LOST_AFTER;
    }
  }

  /**
   * @param outcome told of each refusal of the service, and with nothing of each success
   * @throws CodedException {@link org.oml.host.HostError#JOURNAL_UNAVAILABLE} when the journal
   *     cannot be read
   */
  public UsageReporter(
      HostIdentity host,
      PermissionClient service,
      Journal journal,
      PermitCheck check,
      Policy policy,
      Consumer<Optional<CodedException>> outcome,
      InstantSource clock) {
    this.host = host;
    this.service = service;
    this.journal = journal;
    this.check = check;
    this.policy = policy;
    this.outcome = outcome;
    this.clock = clock;
    this.tally = UsageTally.following(journal);
  }

  /** Begins to report. */
  public UsageReporter start() {
    thread = Thread.ofVirtual().name("usage").start(this::report);
    return this;
  }

  /** The purchase of blank permits that an earlier life of this host did not see the end of. */
  public Optional<Open> openPurchase() {
    Instant since = clock.instant().minus(BLANKS_LOST_AFTER);
    return tally.open().stream()
        .filter(each -> each.blanks() > 0 && each.at().isAfter(since))
        .findFirst();
  }

  /** The service waits for an acknowledgement: makes the next look come at once. */
  public void wake() {
    wakes.release();
  }

  private void report() {
    try {
      while (!closing) {
        look();
        Thread.sleep(LEAST_PAUSE);
        boolean woken = wakes.tryAcquire(policy.interval().toMillis(), TimeUnit.MILLISECONDS);
        if (woken) {
          wakes.drainPermits();
        }
      }
      look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks for what was lost, and acknowledges what is new. */
  void look() {
    try {
      lookForLost();
      Sum saved = tally.save();
      if (policy.acknowledges()) {
        acknowledge(UsageTally.together(saved, policy.others()));
      }
      complained = false;
    } catch (CodedException e) {
      complain(e);
      outcome.accept(Optional.of(e));
    } catch (IOException | RuntimeException e) {
      // The service is away or the disk full, which is said elsewhere; the next look goes on.
      complain(e);
    }
  }

  private void complain(Exception e) {
    if (!complained) {
      LOG.warn("The usage is not acknowledged at the moment: {}", e.getMessage());
    }
    complained = true;
  }

  private void acknowledge(Sum had) throws IOException {
    if (!had.isMoreThan(acknowledged)) {
      return;
    }
    UsageAck ack =
        new UsageAck(
            host.modelId(),
            host.wallet(),
            had.count(),
            had.charge(),
            clock.instant().getEpochSecond());
    service.acknowledge(ack);
    acknowledged = had;
    outcome.accept(Optional.empty());
  }

  private void lookForLost() throws IOException {
    Instant lost = clock.instant().minus(policy.lost());
    List<Open> missing =
        tally.open().stream()
            .filter(each -> each.at().isBefore(lost))
            .limit(LOOKED_FOR_AT_ONCE)
            .toList();
    for (Open each : missing) {
      if (each.blanks() == 0) {
        lookFor(each);
      } else if (each.at().isBefore(clock.instant().minus(BLANKS_LOST_AFTER))) {
        journal.note(UsageNote.notHad(clock.instant(), each.id()));
      }
    }
  }

  private void lookFor(Open asked) throws IOException {
    Optional<IssuedPermit> found =
        service.issued(asked.id()).stream()
            .filter(permit -> check.wasGood(permit, asked.id()))
            .findFirst();
    Instant now = clock.instant();
    journal.note(
        found
            .map(issued -> UsageNote.had(now, asked.id(), 1, issued.permit().price()))
            .orElseGet(() -> UsageNote.notHad(now, asked.id())));
  }

  /** Acknowledges a last time, if the service answers. */
  @Override
  public void close() {
    closing = true;
    wake();
    Thread running = thread;
    if (running != null) {
      try {
        running.join(LAST_LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    service.close();
  }
}
