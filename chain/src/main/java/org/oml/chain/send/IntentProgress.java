package org.oml.chain.send;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.ChainSettings;
import org.oml.chain.Revert;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Takes intents from state to state. Every step may be done twice, or by two processes at once, and
 * does no harm.
 */
final class IntentProgress {

  private static final Logger LOG = LoggerFactory.getLogger(IntentProgress.class);
  private static final int AT_ONCE = 100;

  /** A transaction that a node took and lost again is handed to it again after this. */
  private static final Duration RESEND_AFTER = Duration.ofSeconds(5);

  private final ChainClient client;
  private final IntentStore store;
  private final TransactionTemplate transactions;
  private final TransactionSigner signer;
  private final ChainSettings settings;
  private final InstantSource clock;

  IntentProgress(
      ChainClient client,
      IntentStore store,
      TransactionTemplate transactions,
      TransactionSigner signer,
      ChainSettings settings,
      InstantSource clock) {
    this.client = client;
    this.store = store;
    this.transactions = transactions;
    this.signer = signer;
    this.settings = settings;
    this.clock = clock;
  }

  void advance() {
    if (!store.hasIntents()) {
      return;
    }
    Block head = client.head();
    reopenLost(head);
    CodedException refused = null;
    for (StoredIntent intent : store.open(AT_ONCE)) {
      try {
        advance(intent, head);
      } catch (CodedException e) {
        if (e.code() == ChainError.UNREACHABLE) {
          throw e;
        }
        refused = refused == null ? e : refused;
      }
    }
    if (refused != null) {
      throw refused; // now that every other intent had its turn
    }
  }

  private void advance(StoredIntent intent, Block head) {
    switch (intent.state()) {
      case PREPARED, BROADCAST -> send(intent, head);
      case MINED -> confirm(intent, head);
      case FINAL, FAILED -> throw new IllegalStateException("an ended intent is not open");
    }
  }

  /**
   * A chain may lose even what was final: a development node that is killed comes back with the
   * state of a second ago. Unless the same bytes are sent again their nonce stays free, and no
   * later transaction can ever be mined.
   */
  private void reopenLost(Block head) {
    long next = client.transactionCount(signer.account(), head.number());
    for (StoredIntent ended : store.endedFrom(next)) {
      if (mined(store.attempts(ended.id())).isEmpty()) {
        LOG.warn("{}: the chain has lost it; it is sent again.", ended.intent().key());
        unmined(ended);
      }
    }
  }

  private void send(StoredIntent intent, Block head) {
    Long nonce = intent.nonce();
    if (nonce == null) {
      sign(intent, head);
      return;
    }
    List<Attempt> attempts = store.attempts(intent.id());
    if (attempts.isEmpty()) {
      return; // another process has just taken its nonce back
    }
    Optional<TransactionReceipt> receipt = mined(attempts);
    if (receipt.isPresent()) {
      mined(intent, receipt.get(), head);
    } else if (lostItsNonce(intent, head)) {
      LOG.warn(
          "{}: its nonce {} went to another transaction; it is signed anew.",
          intent.intent().key(),
          nonce);
      transactions.executeWithoutResult(status -> store.unassign(intent.id(), nonce));
    } else {
      follow(intent, attempts.getFirst(), head);
    }
  }

  /** The receipt of the one that was mined, if one was. */
  private Optional<TransactionReceipt> mined(List<Attempt> attempts) {
    return attempts.stream()
        .map(attempt -> client.receipt(attempt.transactionHash()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Nonce and signed transaction become durable together, after the contract agreed. */
  private void sign(StoredIntent intent, Block head) {
    BigInteger gas;
    try {
      gas =
          withMargin(
              client.estimateGas(
                  signer.account(), intent.intent().recipient(), intent.intent().data()));
    } catch (CodedException e) {
      if (e.code() != ChainError.REVERTED) {
        throw e;
      }
      String reason = Revert.in(e).map(Revert::toString).orElse(String.valueOf(e.getMessage()));
      if (store.refuse(intent.id(), reason)) {
        logFailure(intent, reason);
      }
      return;
    }
    long chainNonce = client.transactionCount(signer.account(), head.number());
    Fees fees = Fees.onTopOf(head, client.suggestedPriorityFee());
    Attempt attempt =
        transactions.execute(
            status -> {
              StoredIntent locked = store.lock(intent.id());
              if (locked.state() != IntentState.PREPARED || locked.nonce() != null) {
                return null;
              }
              long nonce = store.reserveNonce(chainNonce);
              store.assign(intent.id(), nonce, gas);
              return attempt(intent, nonce, gas, fees);
            });
    if (attempt != null) {
      broadcast(intent, attempt);
    }
  }

  private Attempt attempt(StoredIntent intent, long nonce, BigInteger gas, Fees fees) {
    byte[] signed =
        signer.sign(
            nonce,
            gas,
            intent.intent().recipient(),
            intent.intent().data(),
            fees.maximum(),
            fees.priority());
    Attempt attempt =
        new Attempt(Keccak.of(signed), intent.id(), signed, fees, clock.instant(), null);
    store.insert(attempt);
    return attempt;
  }

  private void follow(StoredIntent intent, Attempt newest, Block head) {
    Instant now = clock.instant();
    Instant sent = newest.sentAt();
    boolean tooLow =
        sent == null
            ? newest.fees().belowBaseFee(head)
            : newest.createdAt().plus(settings.bumpAfter()).isBefore(now);
    Fees market = tooLow ? Fees.onTopOf(head, client.suggestedPriorityFee()) : newest.fees();
    if (tooLow && newest.fees().worthRaising(market)) {
      bump(intent, newest, newest.fees().raised(market));
    } else if (sent == null || sent.plus(RESEND_AFTER).isBefore(now)) {
      broadcast(intent, newest);
    }
  }

  private void bump(StoredIntent intent, Attempt stuck, Fees raised) {
    Attempt replacement =
        transactions.execute(
            status -> {
              StoredIntent locked = store.lock(intent.id());
              boolean still =
                  Objects.equals(locked.nonce(), intent.nonce()) && !locked.state().ended();
              return still
                      && store
                          .attempts(intent.id())
                          .getFirst()
                          .transactionHash()
                          .equals(stuck.transactionHash())
                  ? attempt(
                      intent,
                      Objects.requireNonNull(locked.nonce()),
                      Objects.requireNonNull(locked.gasLimit()),
                      raised)
                  : null;
            });
    if (replacement != null) {
      LOG.info("{}: not mined yet, its fee is raised.", intent.intent().key());
      broadcast(intent, replacement);
    }
  }

  private void broadcast(StoredIntent intent, Attempt attempt) {
    try {
      client.broadcast(attempt.signed());
    } catch (CodedException e) {
      if (e.code() != ChainError.REFUSED || !alreadyThere(e)) {
        throw e;
      }
      LOG.debug("{}: {}", intent.intent().key(), e.getMessage());
    }
    store.sent(attempt, clock.instant());
  }

  /** What nodes answer when they have this transaction, or another with its nonce, already. */
  private static boolean alreadyThere(CodedException refusal) {
    String said = String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT);
    return said.contains("already known")
        || said.contains("already imported")
        || said.contains("nonce too low")
        || said.contains("underpriced");
  }

  /**
   * The newest block is asked first, since a node that has just started again may not know the
   * state of older ones.
   */
  private boolean lostItsNonce(StoredIntent intent, Block head) {
    long finalBlock = head.number() - settings.finalityDepth();
    return finalBlock >= 0
        && hasUsed(intent, head.number())
        && hasUsed(intent, finalBlock)
        && mined(store.attempts(intent.id())).isEmpty();
  }

  private boolean hasUsed(StoredIntent intent, long block) {
    return client.transactionCount(signer.account(), block)
        > Objects.requireNonNull(intent.nonce());
  }

  private void confirm(StoredIntent intent, Block head) {
    var receipt = client.receipt(Objects.requireNonNull(intent.minedHash()));
    if (receipt.isPresent()) {
      mined(intent, receipt.get(), head);
    } else {
      LOG.info(
          "{}: a reorganisation took its block away; it is sent again.", intent.intent().key());
      unmined(intent);
    }
  }

  private void unmined(StoredIntent intent) {
    transactions.executeWithoutResult(
        status -> store.unmined(intent.id(), intent.state(), clock.instant()));
  }

  /**
   * @param head the newest block before the receipt was asked for: with a later one, blocks could
   *     count that a reorganisation has put in the place of the receipt's
   */
  private void mined(StoredIntent intent, TransactionReceipt receipt, Block head) {
    Bytes32 hash = Bytes32.parse(receipt.getTransactionHash());
    Bytes32 blockHash = Bytes32.parse(receipt.getBlockHash());
    long block = receipt.getBlockNumber().longValueExact();
    if (!Objects.equals(hash, intent.minedHash())
        || !Objects.equals(blockHash, intent.blockHash())) {
      store.mined(intent.id(), hash, block, blockHash, !receipt.isStatusOK());
    }
    if (head.number() - block < settings.finalityDepth()) {
      return;
    }
    if (receipt.isStatusOK()) {
      store.end(intent.id(), IntentState.FINAL, null);
      return;
    }
    String reason = reasonAt(intent, block);
    if (store.end(intent.id(), IntentState.FAILED, reason)) {
      logFailure(intent, reason);
    }
  }

  /**
   * What the contract says when the call is run again on top of its block: the receipt does not
   * hold it.
   */
  private String reasonAt(StoredIntent intent, long block) {
    try {
      client.simulate(signer.account(), intent.intent().recipient(), intent.intent().data(), block);
      return "reverted, for a reason that no longer holds";
    } catch (CodedException e) {
      return Revert.in(e).map(Revert::toString).orElse("reverted");
    }
  }

  private static void logFailure(StoredIntent intent, String reason) {
    LOG.warn("{} ({}) failed: {}", intent.intent().key(), intent.intent().purpose(), reason);
  }

  private static BigInteger withMargin(BigInteger gas) {
    return gas.add(gas.divide(BigInteger.valueOf(4))).add(BigInteger.valueOf(20_000));
  }
}
