package org.oml.chain.send;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.oml.chain.Block;
import org.oml.chain.Revert;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** What the chain made of an intent's transactions. */
final class Settlement {

  /** Why a call failed that would succeed by now. */
  static final String NO_LONGER = "reverted, for a reason that no longer holds";

  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  private final SenderParts parts;
  private final NonceHistory history;

  Settlement(SenderParts parts) {
    this.parts = parts;
    this.history = new NonceHistory(parts.client(), parts.account());
  }

  /** The receipt of the one that was mined, if one was. */
  Optional<TransactionReceipt> receipt(List<Attempt> attempts) {
    return attempts.stream()
        .map(attempt -> parts.client().receipt(attempt.transactionHash()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * Whether a transaction that is none of ours has used an intent's nonce in a final block. Only
   * the transaction itself is proof of it, since to sign the intent anew may be to do it twice.
   *
   * @throws CodedException {@link org.oml.chain.ChainError#HISTORY_MISSING} if that cannot be known
   */
  boolean nonceWentElsewhere(long nonce, List<Attempt> attempts, Block head) {
    long finalBlock = head.number() - parts.settings().finalityDepth();
    // The newest block is asked first, since a node that has just started again may not know the
    // state of older ones.
    if (finalBlock < 0 || !isUsed(nonce, head.number()) || !isUsed(nonce, finalBlock)) {
      return false;
    }
    Optional<Bytes32> user = history.userOf(nonce, finalBlock);
    if (user.isEmpty()) {
      return false;
    }
    boolean ours =
        attempts.stream().anyMatch(attempt -> attempt.transactionHash().equals(user.get()));
    if (ours && receipt(attempts).isEmpty()) {
      throw history.missing(nonce);
    }
    return !ours;
  }

  /** Looks whether a mined intent still is, and is final by now. */
  void confirm(StoredIntent intent, Block head) {
    var receipt = parts.client().receipt(Objects.requireNonNull(intent.minedHash()));
    if (receipt.isPresent()) {
      mined(intent, receipt.get(), head);
    } else {
      LOG.info("{}: a reorganisation took its block away; it is sent again.", intent.key());
      unmined(intent);
    }
  }

  void unmined(StoredIntent intent) {
    parts
        .transactions()
        .executeWithoutResult(
            status ->
                parts.intents().unmined(intent.id(), intent.state(), parts.clock().instant()));
  }

  /**
   * @param head the newest block before the receipt was asked for: with a later one, blocks could
   *     count that a reorganisation has put in the place of the receipt's
   */
  void mined(StoredIntent intent, TransactionReceipt receipt, Block head) {
    Bytes32 hash = Bytes32.parse(receipt.getTransactionHash());
    Bytes32 blockHash = Bytes32.parse(receipt.getBlockHash());
    long block = receipt.getBlockNumber().longValueExact();
    if (!Objects.equals(hash, intent.minedHash())
        || !Objects.equals(blockHash, intent.blockHash())) {
      parts.intents().mined(intent.id(), hash, block, blockHash, !receipt.isStatusOK());
    }
    if (head.number() - block < parts.settings().finalityDepth()) {
      return;
    }
    Optional<String> failure = failure(intent, receipt, hash, block);
    if (failure.isEmpty()) {
      parts.intents().end(intent.id(), IntentState.FINAL, null);
    } else if (parts.intents().end(intent.id(), IntentState.FAILED, failure.get())) {
      LOG.warn("{} ({}) failed: {}", intent.key(), intent.intent().purpose(), failure.get());
    }
  }

  private Optional<String> failure(
      StoredIntent intent, TransactionReceipt receipt, Bytes32 hash, long block) {
    boolean cancelled =
        parts.attempts().of(intent.id()).stream()
            .anyMatch(attempt -> attempt.cancels() && attempt.transactionHash().equals(hash));
    if (cancelled) {
      return Optional.of("cancelled, since the node refused it: " + intent.refusal());
    }
    return receipt.isStatusOK()
        ? Optional.empty()
        : Optional.of(reasonAt(intent, block, receipt.getGasUsed()));
  }

  /**
   * What the contract says when the call is run again on top of its block: the receipt does not
   * hold it.
   */
  private String reasonAt(StoredIntent intent, long block, BigInteger gasUsed) {
    if (gasUsed.equals(intent.gasLimit())) {
      return "out of gas";
    }
    try {
      parts
          .client()
          .simulate(parts.account(), intent.intent().recipient(), intent.intent().data(), block);
      return NO_LONGER;
    } catch (CodedException e) {
      return Revert.in(e).map(Revert::toString).orElse("reverted");
    }
  }

  private boolean isUsed(long nonce, long block) {
    return parts.client().transactionCount(parts.account(), block) > nonce;
  }
}
