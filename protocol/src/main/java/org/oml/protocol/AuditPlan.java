package org.oml.protocol;

/**
 * What a prover commits to before a panel is drawn for it (cases N and T): whom it is about and
 * which fingerprints are asked. Encodings are those of {@code docs/protocol.md}, panels.
 *
 * @param questionsRoot of the {@link PermitTree} over {@link #question} of every question: an
 *     ordered tree, so that there is one question at a place
 * @param questions how many there are
 * @param threshold T: the weight that the hits must reach, besides their number; N: zero
 * @param targetHash keccak of the text that says where it is asked
 */
public record AuditPlan(
    Kind kind,
    Bytes32 instanceId,
    Bytes32 questionsRoot,
    int questions,
    int threshold,
    Bytes32 targetHash) {

  /** What a plan is to show. */
  public enum Kind {
    /** The instance's host serves without receipts. */
    N(0),
    /** A copy of the instance serves elsewhere. */
    T(1);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** The court's number for it. */
    public int number() {
      return number;
    }
  }

  private static final int LARGEST_WEIGHT = 0xffff;

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a negative number
   */
  public AuditPlan {
    Unsigned.require(questions, threshold);
  }

  /**
   * What stands at a question's place.
   *
   * @param leaf of the fingerprint that is asked
   * @param weight in the tracing code, 16 bits; 1 where there is none
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE} for a weight of more bits
   */
  public static Bytes32 question(Bytes32 leaf, int weight) {
    Unsigned.require(weight, LARGEST_WEIGHT - weight);
    return new Keccak()
        .add("oml.plan.v1")
        .add(leaf)
        .add(new byte[] {(byte) (weight >>> Byte.SIZE), (byte) weight})
        .hash();
  }

  /** The evidence hash that {@link Identifiers#commitment} hides until the plan is opened. */
  public Bytes32 hash() {
    return new StructEncoder()
        .add(kind.number())
        .add(instanceId)
        .add(questionsRoot)
        .add(questions)
        .add(threshold)
        .add(targetHash)
        .hash();
  }
}
