package org.oml.gateway.defence;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Sender;
import org.oml.gateway.chain.Sender.Signed;
import org.oml.gateway.defence.DefenceSteps.Step;
import org.oml.protocol.Address;

/**
 * Brings calls to a court. A transaction is signed, kept, and then sent, so that after a crash the
 * same bytes go out again; what is not mined is signed anew for the same nonce at a higher fee.
 */
final class Dispatcher {

  private final Node node;
  private final Sender sender;
  private final Supplier<Stream<Sending>> kept;
  private final DefenceSteps steps;
  private final Duration bumpAfter;
  private final InstantSource clock;

  /**
   * @param kept all that is under way, whose nonces are taken though it may not be sent yet
   */
  Dispatcher(
      Node node,
      Sender sender,
      Supplier<Stream<Sending>> kept,
      DefenceSteps steps,
      Duration bumpAfter,
      InstantSource clock) {
    this.node = node;
    this.sender = sender;
    this.kept = kept;
    this.steps = steps;
    this.bumpAfter = bumpAfter;
    this.clock = clock;
  }

  /** Writes down what was signed, before it is sent. */
  @FunctionalInterface
  interface Keeper {

    void keep(Sending sending) throws IOException;
  }

  /**
   * Sends a call, or sends it again.
   *
   * @param before what was signed for it so far
   * @return what is signed for it now
   * @throws org.oml.gateway.chain.NodeRefusedException when the court would refuse it
   */
  Sending send(Sending before, Address court, byte[] data, Keeper keeper) throws IOException {
    long confirmed = node.nonce(sender.address());
    Sending current = before;
    if (!before.isBegun() || before.nonce() < confirmed) {
      // Nothing is under way, or another transaction took the nonce and ours will never be mined.
      current = keep(List.of(sender.sign(freeNonce(confirmed), court, data)), keeper);
    } else if (isStuck(before) && sender.mayRaise(before.attempts().getLast())) {
      List<Signed> more = new ArrayList<>(before.attempts());
      more.add(sender.signAgain(before.attempts().getLast(), court, data));
      current = keep(more, keeper);
    }
    sender.send(current.attempts().getLast());
    steps.reached(Step.TRANSACTION_SENT);
    return current;
  }

  private Sending keep(List<Signed> attempts, Keeper keeper) throws IOException {
    Sending signed = new Sending(attempts, clock.instant().getEpochSecond());
    keeper.keep(signed);
    steps.reached(Step.TRANSACTION_RECORDED);
    return signed;
  }

  /** Whether it waits too long, and no higher fee may be offered. */
  boolean isAtHighestFee(Sending sending) {
    return isStuck(sending) && !sender.mayRaise(sending.attempts().getLast());
  }

  private boolean isStuck(Sending sending) {
    return clock.instant().getEpochSecond() - sending.sentAt() >= bumpAfter.toSeconds();
  }

  /** Behind what the node knows and behind what is kept and may not be sent yet. */
  private long freeNonce(long confirmed) throws IOException {
    long pending = node.pendingNonce(sender.address());
    return kept.get()
        .filter(Sending::isBegun)
        .mapToLong(Sending::nonce)
        .filter(taken -> taken >= confirmed)
        .map(taken -> taken + 1)
        .reduce(Math.max(confirmed, pending), Math::max);
  }
}
