package org.oml.chain.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.oml.protocol.Bytes32;

/**
 * A call of the one contract that there is.
 *
 * @param id what the event says that it emits
 * @param behaviour what becomes of it
 * @param from the block from which on it reverts, where it does
 */
record SimulatedCall(long id, Behaviour behaviour, long from) {

  /** What a call does. */
  enum Behaviour {
    /** Succeeds whenever it is run. */
    SUCCEEDS(0),
    /** Reverts from some block on. */
    REVERTS_LATER(1),
    /** The node cannot tell how much gas it needs. */
    NOT_ESTIMATED(2),
    /** The node takes no transaction with it. */
    NOT_TAKEN(3);

    private final long code;

    Behaviour(long code) {
      this.code = code;
    }

    static Behaviour of(long code) {
      return Arrays.stream(values())
          .filter(behaviour -> behaviour.code == code)
          .findFirst()
          .orElseThrow();
    }
  }

  private static final int LENGTH = 4 + 3 * Long.BYTES;

  byte[] encode() {
    return ByteBuffer.allocate(LENGTH)
        .putInt(0x0a0b0c0d)
        .putLong(id)
        .putLong(behaviour.code)
        .putLong(from)
        .array();
  }

  /** What {@link #encode} wrote; everything else is a call that does nothing. */
  static SimulatedCall decode(byte[] data) {
    if (data.length != LENGTH) {
      return new SimulatedCall(-1, Behaviour.SUCCEEDS, 0);
    }
    ByteBuffer buffer = ByteBuffer.wrap(data, 4, LENGTH - 4);
    long id = buffer.getLong();
    return new SimulatedCall(id, Behaviour.of(buffer.getLong()), buffer.getLong());
  }

  boolean doesSomething() {
    return id >= 0;
  }

  boolean succeedsIn(long block) {
    return behaviour != Behaviour.REVERTS_LATER || block < from;
  }

  /** The id as an event has it. */
  Bytes32 idAsWord() {
    return Bytes32.of(ByteBuffer.allocate(32).putLong(24, id).array());
  }
}
