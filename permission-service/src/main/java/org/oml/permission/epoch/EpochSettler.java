package org.oml.permission.epoch;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainError;
import org.oml.chain.send.IntentState;
import org.oml.chain.send.Submission;
import org.oml.permission.PermissionError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.ChargeList;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an epoch a step further: first what its hosts acknowledged, then its root, then its
 * charges, batch by batch. Each step may be taken again, by whichever process, and is done once.
 */
final class EpochSettler {

  private static final Logger LOG = LoggerFactory.getLogger(EpochSettler.class);

  private final EpochStore epochs;
  private final EpochChain chain;
  private final AcknowledgementCarrier acknowledgements;
  private final int batch;

  EpochSettler(
      EpochStore epochs, EpochChain chain, AcknowledgementCarrier acknowledgements, int batch) {
    this.epochs = epochs;
    this.chain = chain;
    this.acknowledgements = acknowledgements;
    this.batch = batch;
  }

  /**
   * Takes the step that comes next, as far as it goes now.
   *
   * @throws CodedException when the chain refuses or cannot be asked; the step is taken again
   */
  void advance(Epoch epoch) {
    switch (epoch.progress().state()) {
      case CLOSED -> post(epoch);
      case POSTED -> settle(epoch);
      case CHARGED -> {}
    }
  }

  private void post(Epoch epoch) {
    if (!chain.isPosting(epoch)) {
      if (!acknowledgements.carry(epoch)) {
        return;
      }
      Optional<Long> before = chain.postedAt(epoch);
      if (before.isPresent()) {
        LOG.info("Epoch {} was posted already", epoch.key());
        epochs.posted(epoch, before.get(), null);
        return;
      }
    }
    Submission sent = chain.post(epoch);
    if (sent.state() == IntentState.FINAL) {
      posted(epoch, sent.transactionHash());
    } else if (sent.state() == IntentState.FAILED) {
      failed(epoch, "be posted", sent);
    }
  }

  private void posted(Epoch epoch, @Nullable Bytes32 transaction) {
    long postedAt =
        chain
            .postedAt(epoch)
            .orElseThrow(
                () ->
                    new CodedException(
                        PermissionError.EPOCH_DIFFERS,
                        "Epoch %s was posted and is not on chain.".formatted(epoch.key())));
    epochs.posted(epoch, postedAt, transaction);
    LOG.info("Epoch {} is posted in {}", epoch.key(), transaction);
  }

  private void settle(Epoch epoch) {
    ChargeList charges = epochs.charges(epoch.key());
    int from = epoch.progress().settled();
    int to = Math.min(from + batch, charges.charges().size());
    try {
      Submission sent = chain.settle(epoch, charges, from, to);
      if (sent.state() == IntentState.FINAL) {
        epochs.settled(epoch, to);
        LOG.info("Charges {} to {} of epoch {} are settled", from, to, epoch.key());
      } else if (sent.state() == IntentState.FAILED && !catchUp(epoch, charges)) {
        failed(epoch, "be charged", sent);
      }
    } catch (CodedException e) {
      if (e.code() != ChainError.REVERTED || !catchUp(epoch, charges)) {
        throw e;
      }
    }
  }

  /** Anybody may settle charges: whether somebody did. */
  private boolean catchUp(Epoch epoch, ChargeList charges) {
    int settled = chain.settled(epoch, charges);
    if (settled <= epoch.progress().settled()) {
      return false;
    }
    epochs.settled(epoch, settled);
    LOG.info("{} charges of epoch {} are settled by somebody", settled, epoch.key());
    return true;
  }

  private void failed(Epoch epoch, String what, Submission sent) {
    epochs.failed(epoch);
    throw new CodedException(
        ChainError.TRANSACTION_FAILED,
        "Epoch %s could not %s: %s.".formatted(epoch.key(), what, sent.failure()));
  }
}
