package org.oml.chain.send;

import java.time.Duration;
import org.oml.chain.ChainError;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a transaction that the node does not even take: it is left alone for ever longer,
 * and given up in the end.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final Duration PAUSE_WITHOUT_FUNDS = Duration.ofSeconds(15);
  private static final int LONGEST_TEXT = 500;

  private final SenderParts parts;

  Refusals(SenderParts parts) {
    this.parts = parts;
  }

  /** Counts one more. An account without means is no reason to give anything up. */
  void count(StoredIntent intent, CodedException refusal) {
    parts.counters().refusals().incrementAndGet();
    String said = shortened(String.valueOf(refusal.getMessage()));
    if (refusal.code() == ChainError.FUNDS_MISSING) {
      pause(intent, intent.refusals(), said, PAUSE_WITHOUT_FUNDS);
      return;
    }
    int refusals = intent.refusals() + 1;
    if (refusals >= parts.limits().refusals() && intent.nonce() == null) {
      String reason = "refused %d times: %s".formatted(refusals, said);
      if (parts.intents().refuse(intent.id(), reason)) {
        LOG.warn("{} ({}) failed: {}", intent.key(), intent.intent().purpose(), reason);
      }
      return;
    }
    pause(intent, refusals, said, pauseAfter(refusals));
  }

  /** Whether the node will not have it whatever is done. */
  boolean areEnough(StoredIntent intent) {
    return intent.refusals() >= parts.limits().refusals();
  }

  private void pause(StoredIntent intent, int refusals, String said, Duration pause) {
    parts.intents().refused(intent.id(), refusals, said, parts.clock().instant().plus(pause));
  }

  /** 1, 2, 4 ... seconds. */
  private static Duration pauseAfter(int refusals) {
    Duration doubled = Duration.ofSeconds(1L << Math.min(refusals - 1, 10));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + " …";
  }
}
