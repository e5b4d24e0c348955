package org.oml.chain.send;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.oml.chain.Block;
import org.oml.chain.ChainError;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Takes intents from state to state. Every step may be done twice, or by two processes at once, and
 * does no harm. The chain is never asked while the database is locked.
 */
final class IntentProgress {

  private static final Logger LOG = LoggerFactory.getLogger(IntentProgress.class);
  private static final int AT_ONCE = 100;
  private static final byte[] NOTHING = new byte[0];

  private final SenderParts parts;
  private final Delivery delivery;
  private final Settlement settlement;

  /** Its request went unanswered: the next time it comes last, and holds nobody up. */
  private volatile long unanswered = -1;

  IntentProgress(SenderParts parts) {
    this.parts = parts;
    this.delivery = new Delivery(parts, new Signing(parts), new Refusals(parts));
    this.settlement = new Settlement(parts);
  }

  void advance() {
    if (!parts.intents().any()) {
      return;
    }
    Block head = parts.client().head();
    parts.chain().verify(head);
    long chainNonce = parts.client().transactionCount(parts.account(), head.number());
    reopenLost(chainNonce);
    List<StoredIntent> open = open();
    fillGap(open, chainNonce);
    Market market = new Market(parts.client(), head);
    CodedException refused = null;
    for (StoredIntent intent : open) {
      try {
        advance(intent, chainNonce, market);
      } catch (CodedException e) {
        if (e.code() == ChainError.UNREACHABLE) {
          unanswered = intent.id();
          throw e;
        }
        refused = refused == null ? e : refused;
      }
    }
    if (refused != null) {
      throw refused; // now that every other intent had its turn
    }
  }

  private List<StoredIntent> open() {
    return parts.intents().open(AT_ONCE, parts.clock().instant()).stream()
        .sorted(Comparator.comparing(intent -> intent.id() == unanswered))
        .toList();
  }

  private void advance(StoredIntent intent, long chainNonce, Market market) {
    switch (intent.state()) {
      case PREPARED, BROADCAST -> send(intent, chainNonce, market);
      case MINED -> settlement.confirm(intent, market.head());
      case FINAL, FAILED -> throw new IllegalStateException("an ended intent is not open");
    }
  }

  private void send(StoredIntent intent, long chainNonce, Market market) {
    Long nonce = intent.nonce();
    if (nonce == null) {
      delivery.begin(intent, chainNonce, market);
      return;
    }
    List<Attempt> attempts = parts.attempts().of(intent.id());
    if (attempts.isEmpty()) {
      return; // another process has just taken its nonce back
    }
    Optional<TransactionReceipt> receipt = settlement.receipt(attempts);
    if (receipt.isPresent()) {
      settlement.mined(intent, receipt.get(), market.head());
    } else if (settlement.nonceWentElsewhere(nonce, attempts, market.head())) {
      takeBack(intent, nonce);
    } else {
      delivery.follow(intent, attempts.getFirst(), market);
    }
  }

  private void takeBack(StoredIntent intent, long nonce) {
    LOG.warn(
        "{}: its nonce {} went to another transaction; it is signed anew.", intent.key(), nonce);
    parts
        .transactions()
        .executeWithoutResult(status -> parts.intents().unassign(intent.id(), nonce));
  }

  /**
   * A chain may lose even what was final: a development node that is killed comes back with the
   * state of a second ago. Unless the same bytes are sent again their nonce stays free, and no
   * later transaction can ever be mined.
   */
  private void reopenLost(long chainNonce) {
    for (StoredIntent ended : parts.intents().endedFrom(chainNonce)) {
      if (settlement.receipt(parts.attempts().of(ended.id())).isEmpty()) {
        parts.chain().verify();
        LOG.warn("{}: the chain has lost it; it is sent again.", ended.key());
        settlement.unmined(ended);
      }
    }
  }

  /**
   * A reorganisation may set a nonce free that a transaction of somebody else had used, when
   * intents behind it are signed already.
   */
  private void fillGap(List<StoredIntent> open, long chainNonce) {
    if (open.stream().noneMatch(intent -> isBehind(intent, chainNonce))) {
      return;
    }
    Instant now = parts.clock().instant();
    if (parts.nonces().isMissing(chainNonce, now.minus(parts.settings().bumpAfter()), now)) {
      LOG.warn("The nonce {} of {} is missing; it is used up.", chainNonce, parts.account());
      parts
          .intents()
          .insert(
              new Intent(
                  "nonce/%s/%d/%s".formatted(parts.account(), chainNonce, now),
                  parts.account(),
                  NOTHING,
                  "use up a nonce that nobody has"));
    }
  }

  private static boolean isBehind(StoredIntent intent, long chainNonce) {
    return intent.nonce() != null && intent.nonce() > chainNonce;
  }
}
