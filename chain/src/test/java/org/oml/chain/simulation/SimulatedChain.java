package org.oml.chain.simulation;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;

/** One account's transactions, one contract's events, and blocks that may be taken back. */
final class SimulatedChain {

  static final BigInteger GWEI = BigInteger.TEN.pow(9);

  private final SplittableRandom random;
  private final List<SimulatedBlock> blocks = new ArrayList<>();
  private final NavigableMap<Long, SimulatedTransaction> waiting = new TreeMap<>();
  private final Map<Bytes32, Long> blockOf = new HashMap<>();
  private final Map<Bytes32, Long> numberOf = new HashMap<>();
  private BigInteger baseFee = GWEI;
  private long hashes;
  private long otherIds = 1_000_000;

  SimulatedChain(SplittableRandom random) {
    this.random = random;
    append(List.of(), List.of(), Bytes32.ZERO);
  }

  SimulatedBlock head() {
    return blocks.getLast();
  }

  Optional<SimulatedBlock> block(long number) {
    return number < 0 || number >= blocks.size()
        ? Optional.empty()
        : Optional.of(blocks.get((int) number));
  }

  Optional<SimulatedBlock> block(Bytes32 hash) {
    return Optional.ofNullable(numberOf.get(hash)).flatMap(this::block);
  }

  Optional<SimulatedBlock> blockWith(Bytes32 transaction) {
    return Optional.ofNullable(blockOf.get(transaction)).flatMap(this::block);
  }

  BigInteger baseFee() {
    return baseFee;
  }

  void setBaseFee(BigInteger fee) {
    baseFee = fee.max(GWEI);
  }

  /** Transactions that wait, by nonce. */
  NavigableMap<Long, SimulatedTransaction> waiting() {
    return waiting;
  }

  /**
   * What a node does with a transaction that reaches it.
   *
   * @return why it does not take it
   */
  Optional<String> receive(SimulatedTransaction transaction) {
    if (transaction.call().behaviour() == SimulatedCall.Behaviour.NOT_TAKEN) {
      return Optional.of("the sequencer takes no such thing");
    }
    if (transaction.nonce() < head().nextNonce()) {
      return Optional.of("nonce too low");
    }
    SimulatedTransaction other = waiting.get(transaction.nonce());
    if (other != null && other.hash().equals(transaction.hash())) {
      return Optional.of("already known");
    }
    if (other != null && !transaction.mayReplace(other)) {
      return Optional.of("replacement transaction underpriced");
    }
    waiting.put(transaction.nonce(), transaction);
    return Optional.empty();
  }

  /** Somebody else who has the key uses the next nonce. */
  void useNonceElsewhere() {
    SimulatedTransaction foreign =
        new SimulatedTransaction(
            nextHash(), head().nextNonce(), GWEI, GWEI, SimulatedCall.decode(new byte[0]));
    append(List.of(foreign), List.of(), head().hash());
  }

  /**
   * A block with what waits and pays enough.
   *
   * @param included how likely each of them gets in
   */
  void mine(double included) {
    List<SimulatedTransaction> mined = new ArrayList<>();
    long nonce = head().nextNonce();
    while (waiting.containsKey(nonce)
        && waiting.get(nonce).maximumFee().compareTo(baseFee) >= 0
        && random.nextDouble() < included) {
      mined.add(waiting.get(nonce++));
    }
    List<Long> others = new ArrayList<>();
    while (random.nextInt(3) == 0) {
      others.add(otherIds++);
    }
    append(mined, others, head().hash());
  }

  /**
   * Replaces the newest blocks by as many others and one more.
   *
   * @param kept how likely the node still has each transaction that was in them
   */
  void reorganise(int depth, double kept) {
    List<SimulatedTransaction> lost = new ArrayList<>();
    int removed = Math.min(depth, blocks.size() - 1);
    for (int i = 0; i < removed; i++) {
      SimulatedBlock block = blocks.removeLast();
      numberOf.remove(block.hash());
      block.transactions().forEach(transaction -> blockOf.remove(transaction.hash()));
      lost.addAll(block.transactions());
    }
    for (SimulatedTransaction transaction : lost) {
      if (random.nextDouble() < kept) {
        waiting.putIfAbsent(transaction.nonce(), transaction);
      }
    }
    for (int i = 0; i <= removed; i++) {
      mine(0.5);
    }
  }

  private void append(
      List<SimulatedTransaction> transactions, List<Long> otherEvents, Bytes32 parent) {
    long number = blocks.size();
    long nextNonce = (blocks.isEmpty() ? 0 : head().nextNonce()) + transactions.size();
    SimulatedBlock block =
        new SimulatedBlock(
            number, nextHash(), parent, number, baseFee, transactions, otherEvents, nextNonce);
    blocks.add(block);
    numberOf.put(block.hash(), number);
    for (SimulatedTransaction transaction : transactions) {
      blockOf.put(transaction.hash(), number);
    }
    waiting.headMap(nextNonce).clear();
  }

  private Bytes32 nextHash() {
    return Keccak.of(ByteBuffer.allocate(Long.BYTES).putLong(hashes++).array());
  }
}
