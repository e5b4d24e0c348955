package org.oml.chain.send;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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
    List<StoredIntent> open = store.open(AT_ONCE);
    if (open.isEmpty()) {
      return;
    }
    Block head = client.head();
    for (StoredIntent intent : open) {
      switch (intent.state()) {
        case PREPARED, BROADCAST -> send(intent, head);
        case MINED -> confirm(intent);
        case FINAL, FAILED -> throw new IllegalStateException("an ended intent is not open");
      }
    }
  }

  private void send(StoredIntent intent, Block head) {
    if (intent.nonce() == null) {
      sign(intent, head);
      return;
    }
    List<Attempt> attempts = store.attempts(intent.id());
    for (Attempt attempt : attempts) {
      var receipt = client.receipt(attempt.transactionHash());
      if (receipt.isPresent()) {
        mined(intent, attempt.transactionHash(), receipt.get());
        return;
      }
    }
    if (lostItsNonce(intent, head)) {
      LOG.warn(
          "{}: its nonce {} went to another transaction; it is signed anew.",
          intent.intent().key(),
          intent.nonce());
      transactions.executeWithoutResult(status -> store.unassign(intent.id()));
    } else {
      follow(intent, attempts.getFirst(), head);
    }
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
      fail(intent, Revert.in(e).map(Revert::toString).orElse(String.valueOf(e.getMessage())));
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
    if (newest.sentAt() == null) {
      broadcast(intent, newest);
    } else if (newest.createdAt().plus(settings.bumpAfter()).isBefore(now)) {
      bump(intent, newest, head);
    } else if (newest.sentAt().plus(RESEND_AFTER).isBefore(now)) {
      broadcast(intent, newest);
    }
  }

  private void bump(StoredIntent intent, Attempt stuck, Block head) {
    Fees raised = stuck.fees().raised(Fees.onTopOf(head, client.suggestedPriorityFee()));
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
      LOG.info(
          "{}: not mined for {}, its fee is raised.", intent.intent().key(), settings.bumpAfter());
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

  private boolean lostItsNonce(StoredIntent intent, Block head) {
    long finalBlock = head.number() - settings.finalityDepth();
    return finalBlock >= 0
        && client.transactionCount(signer.account(), finalBlock)
            > Objects.requireNonNull(intent.nonce())
        && store.attempts(intent.id()).stream()
            .allMatch(attempt -> client.receipt(attempt.transactionHash()).isEmpty());
  }

  private void confirm(StoredIntent intent) {
    Bytes32 hash = Objects.requireNonNull(intent.minedHash());
    var receipt = client.receipt(hash);
    if (receipt.isEmpty()) {
      LOG.info(
          "{}: a reorganisation took its block away; it is sent again.", intent.intent().key());
      store.unmined(intent.id());
      return;
    }
    mined(intent, hash, receipt.get());
  }

  private void mined(StoredIntent intent, Bytes32 hash, TransactionReceipt receipt) {
    long block = receipt.getBlockNumber().longValueExact();
    store.mined(
        intent.id(), hash, block, Bytes32.parse(receipt.getBlockHash()), !receipt.isStatusOK());
    if (client.head().number() - block < settings.finalityDepth()) {
      return;
    }
    if (receipt.isStatusOK()) {
      store.end(intent.id(), IntentState.FINAL, null);
    } else {
      fail(intent, reasonAt(intent, block));
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

  private void fail(StoredIntent intent, String reason) {
    LOG.warn("{} ({}) failed: {}", intent.intent().key(), intent.intent().purpose(), reason);
    store.end(intent.id(), IntentState.FAILED, reason);
  }

  private static BigInteger withMargin(BigInteger gas) {
    return gas.add(gas.divide(BigInteger.valueOf(4))).add(BigInteger.valueOf(20_000));
  }
}
