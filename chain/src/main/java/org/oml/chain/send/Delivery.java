package org.oml.chain.send;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.oml.chain.ChainError;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings signed transactions to the node, again and again until one of them is mined. */
final class Delivery {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** A transaction that a node took and lost again is handed to it again after this. */
  private static final Duration RESEND_AFTER = Duration.ofSeconds(5);

  private final SenderParts parts;
  private final Signing signing;
  private final Refusals refusals;

  Delivery(SenderParts parts, Signing signing, Refusals refusals) {
    this.parts = parts;
    this.signing = signing;
    this.refusals = refusals;
  }

  /** Signs an intent for the first time and sends it. */
  void begin(StoredIntent intent, long chainNonce, Market market) {
    Optional<Attempt> attempt;
    try {
      attempt = signing.first(intent, chainNonce, market);
    } catch (CodedException e) {
      if (isRefusal(e)) {
        refusals.count(intent, e);
      }
      throw e;
    }
    attempt.ifPresent(first -> broadcast(intent, first));
  }

  /** Sends the newest once more, or one that offers more, as the time that it waited asks for. */
  void follow(StoredIntent intent, Attempt newest, Market market) {
    if (refusals.areEnough(intent) && !newest.cancels()) {
      signing.cancelling(intent, newest, market).ifPresent(attempt -> broadcast(intent, attempt));
      return;
    }
    Instant now = parts.clock().instant();
    Instant sent = newest.sentAt();
    boolean tooLow =
        sent == null
            ? newest.fees().belowBaseFee(market.head())
            : newest.createdAt().plus(parts.settings().bumpAfter()).isBefore(now);
    if (tooLow && newest.fees().worthRaising(market.fees())) {
      signing.raised(intent, newest, market).ifPresent(attempt -> broadcast(intent, attempt));
    } else if (sent == null || sent.plus(RESEND_AFTER).isBefore(now)) {
      broadcast(intent, newest);
    }
  }

  private void broadcast(StoredIntent intent, Attempt attempt) {
    try {
      parts
          .traces()
          .step(intent.key(), "send transaction", () -> parts.client().broadcast(attempt.signed()));
    } catch (CodedException e) {
      if (!isRefusal(e)) {
        throw e;
      }
      if (!alreadyThere(e)) {
        refusals.count(parts.intents().find(intent.id()), e);
        throw e;
      }
      LOG.debug("{}: {}", intent.key(), e.getMessage());
    }
    parts.attempts().sent(attempt, parts.clock().instant());
  }

  private static boolean isRefusal(CodedException e) {
    return e.code() == ChainError.REFUSED
        || e.code() == ChainError.REVERTED
        || e.code() == ChainError.FUNDS_MISSING;
  }

  /** What nodes answer when they have this transaction, or another with its nonce, already. */
  private static boolean alreadyThere(CodedException refusal) {
    String said = String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT);
    return said.contains("already known")
        || said.contains("already imported")
        || said.contains("nonce too low")
        || said.contains("underpriced");
  }
}
