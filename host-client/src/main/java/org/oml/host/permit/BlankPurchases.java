package org.oml.host.permit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.host.journal.Journal;
import org.oml.host.journal.UsageNote;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;

/**
 * Buys blank permits: notes the purchase before it is made, that it was made before any of it is
 * used, and repeats the very purchase whose answer was lost, also in another life of the process.
 */
public final class BlankPurchases {

  /** That the service sells at a time. */
  static final int MOST = 256;

  /** Of a permit at most: what was sold earlier than this is over. */
  private static final Duration LIFE = Duration.ofMinutes(10);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final PermissionServicePermits service;
  private final BlankPermits stock;
  private final Journal journal;
  private final InstantSource clock;
  private @Nullable Purchase unanswered;

  /**
   * A purchase.
   *
   * @param requestId under which it is sold once
   * @param count of permits
   * @param at when it was begun
   */
  public record Purchase(Bytes32 requestId, int count, Instant at) {}

  /**
   * @param stock that takes what is bought
   * @param unanswered a purchase of an earlier life whose answer was not seen
   */
  public BlankPurchases(
      PermissionServicePermits service,
      BlankPermits stock,
      Journal journal,
      Optional<Purchase> unanswered,
      InstantSource clock) {
    this.service = service;
    this.stock = stock;
    this.journal = journal;
    this.unanswered = unanswered.orElse(null);
    this.clock = clock;
  }

  /**
   * Buys so many at most, or what an unanswered purchase was for, since that may be paid already.
   *
   * @throws IOException when the service is away
   * @throws CodedException when it refuses, or sells what is of no use
   */
  synchronized void buy(int count) throws IOException {
    Purchase purchase = underWay(count);
    try {
      List<IssuedPermit> bought =
          stock.unknown(service.blanks(purchase.requestId(), purchase.count()));
      BigInteger charge =
          bought.stream()
              .map(issued -> issued.permit().price())
              .reduce(BigInteger.ZERO, BigInteger::add);
      journal.record(UsageNote.had(clock.instant(), purchase.requestId(), bought.size(), charge));
      unanswered = null;
      stock.add(bought);
    } catch (CodedException e) {
      unanswered = null;
      journal.note(UsageNote.notHad(clock.instant(), purchase.requestId()));
      throw e;
    }
  }

  private Purchase underWay(int count) {
    Instant now = clock.instant();
    Purchase earlier = unanswered;
    if (earlier != null && earlier.at().plus(LIFE).isAfter(now)) {
      return earlier;
    }
    if (earlier != null) {
      journal.note(UsageNote.notHad(now, earlier.requestId()));
    }
    Purchase purchase = new Purchase(draw(), Math.min(count, MOST), now);
    journal.note(UsageNote.buying(now, purchase.requestId(), purchase.count()));
    unanswered = purchase;
    return purchase;
  }

  private static Bytes32 draw() {
    byte[] drawn = new byte[32];
    RANDOM.nextBytes(drawn);
    return Bytes32.of(drawn);
  }
}
