package org.oml.protocol;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The charges of an epoch, one for each host, by the hosts' addresses. The list is hashed from its
 * end, each charge with the head of those behind it, so that whoever knows the head can check any
 * piece from the front without the rest.
 */
public final class ChargeList {

  /** Head of a list without charges. */
  public static final Bytes32 END = Keccak.of("oml.charges.end.v1");

  private static final String TAG = "oml.charge.v1";

  private final List<Charge> charges;
  private final List<Bytes32> heads;

  /**
   * @param charges in any order
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} if a host is charged twice
   */
  public ChargeList(List<Charge> charges) {
    this.charges =
        charges.stream()
            .sorted(Comparator.comparing(charge -> Hex.of(charge.host().toBytes())))
            .toList();
    for (int i = 1; i < this.charges.size(); i++) {
      if (this.charges.get(i).host().equals(this.charges.get(i - 1).host())) {
        throw new CodedException(
            ProtocolError.VALUE_OUT_OF_RANGE, "A host is charged once in an epoch.");
      }
    }
    this.heads = headsOf(this.charges);
  }

  /** By the hosts' addresses. */
  public List<Charge> charges() {
    return charges;
  }

  /** What is posted of the list. */
  public Bytes32 head() {
    return head(0);
  }

  /** The head of the charges from an index on; {@link #END} behind the last. */
  public Bytes32 head(int index) {
    return heads.get(index);
  }

  /** The charges from one index up to another, as the ledger settles them. */
  public byte[] batch(int from, int to) {
    ByteBuffer batch = ByteBuffer.allocate((to - from) * Charge.SIZE);
    charges.subList(from, to).forEach(charge -> batch.put(charge.encode()));
    return batch.array();
  }

  /** Permits of all charges. */
  public long count() {
    return charges.stream().mapToLong(Charge::count).sum();
  }

  /** Sum of the amounts. */
  public BigInteger total() {
    return charges.stream().map(Charge::amount).reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static List<Bytes32> headsOf(List<Charge> charges) {
    List<Bytes32> heads = new ArrayList<>(charges.size() + 1);
    Bytes32 head = END;
    heads.add(head);
    for (Charge charge : charges.reversed()) {
      head = new Keccak().add(TAG).add(charge.encode()).add(head).hash();
      heads.add(head);
    }
    return List.copyOf(heads.reversed());
  }
}
