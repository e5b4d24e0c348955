package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.oml.gateway.chain.Panels;
import org.oml.host.journal.JournalArchive;
import org.oml.host.journal.JournalEntry;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;

/**
 * Finds the permits under which a host answered what a panel asked. The panel's word names the text
 * by its hash; the journal has what else goes into a query hash, so that it says of each answer
 * whether that text was asked.
 */
final class HitPermits {

  /** How far the court takes clocks to be apart, in seconds. */
  private static final long CLOCK_TOLERANCE = 60;

  /** More than an answer takes from its permit to its entry in the journal. */
  private static final Duration MARGIN = Duration.ofHours(2);

  private final JournalArchive journal;

  HitPermits(JournalArchive journal) {
    this.journal = journal;
  }

  /**
   * A call that takes a hit away.
   *
   * @param place of the question in the plan
   */
  record Found(int place, byte[] call) {}

  /** The calls for as many of a plan's hits as the journal has permits for. */
  List<Found> find(List<Attestation> hits) throws IOException {
    if (hits.isEmpty()) {
      return List.of();
    }
    long first = hits.stream().mapToLong(Attestation::askedAt).min().orElseThrow();
    long last = hits.stream().mapToLong(Attestation::answeredAt).max().orElseThrow();
    List<Attestation> open = new ArrayList<>(hits);
    List<Found> found = new ArrayList<>();
    Set<Bytes32> used = new HashSet<>();
    journal.readDays(
        Instant.ofEpochSecond(first).minus(MARGIN),
        Instant.ofEpochSecond(last).plus(MARGIN),
        entry -> {
          for (Attestation hit : List.copyOf(open)) {
            if (isAnswerTo(hit, entry) && used.add(entry.permit().orElseThrow().permitHash())) {
              found.add(rebuttal(hit, entry));
              open.remove(hit);
            }
          }
        });
    return found;
  }

  private static boolean isAnswerTo(Attestation hit, JournalEntry entry) {
    return entry.opening().isPresent()
        && entry.permit().filter(issued -> covers(issued.permit(), hit)).isPresent()
        && entry.opening().get().queryHash(hit.keyHash()).equals(entry.queryHash());
  }

  private static boolean covers(Permit permit, Attestation hit) {
    return permit.issuedAt() <= hit.answeredAt() + CLOCK_TOLERANCE
        && hit.askedAt() <= permit.expiresAt() + CLOCK_TOLERANCE;
  }

  private static Found rebuttal(Attestation hit, JournalEntry entry) {
    JournalEntry.Opening opening = entry.opening().orElseThrow();
    return new Found(
        hit.leafIndex(),
        Panels.rebuttal(hit, opening.salt(), opening.contextHash(), entry.permit().orElseThrow()));
  }
}
