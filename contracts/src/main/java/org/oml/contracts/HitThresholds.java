package org.oml.contracts;

import java.math.BigInteger;
import java.util.OptionalInt;

/**
 * How many hits of a panel's questions are too many for chance, by exact binomial tails. An answer
 * of a model that is not the instance hits with probability 1/3 at most, since the response is one
 * of three candidates that a keyed draw chose; what convicts must have a probability of at most α
 * divided by the number of instances.
 *
 * <p>{@link #solidity} is the table of the panel court, which is committed as {@code
 * HitThresholds.sol}.
 */
public final class HitThresholds {

  /** The most questions of a plan. */
  public static final int MAXIMUM_ASKED = 128;

  /** Candidates of a response. */
  private static final int CANDIDATES = 3;

  /** α is 2^-20, one wrong conviction in a million for all instances together. */
  private static final int ALPHA_BITS = 20;

  /** The instances among which α is divided, 2^16: the most that the registry lets a model have. */
  private static final int INSTANCES_BITS = 16;

  /** The same bound on chance for one instance, as the negative of its natural logarithm. */
  public static final double CHANCE_NATS = (ALPHA_BITS + INSTANCES_BITS) * Math.log(2);

  private static final int NONE = 0xff;
  private static final int WORD = 32;

  private HitThresholds() {}

  /**
   * The least hits that convince.
   *
   * @param asked questions that count, from 1 to {@link #MAXIMUM_ASKED}
   * @return empty where not even all of them convince
   */
  public static OptionalInt leastHits(int asked) {
    if (asked < 1 || asked > MAXIMUM_ASKED) {
      throw new IllegalArgumentException("from 1 to " + MAXIMUM_ASKED + " questions, not " + asked);
    }
    BigInteger allowed =
        BigInteger.valueOf(CANDIDATES).pow(asked).shiftRight(ALPHA_BITS + INSTANCES_BITS);
    BigInteger tail = BigInteger.ZERO;
    int hits = asked + 1;
    while (hits > 0) {
      tail = tail.add(cases(asked, hits - 1));
      if (tail.compareTo(allowed) > 0) {
        break;
      }
      hits--;
    }
    return hits > asked ? OptionalInt.empty() : OptionalInt.of(hits);
  }

  /** The library {@code HitThresholds.sol}, to the byte, made from its text without the table. */
  public static String solidity(String committed) {
    String made = committed;
    for (int word = 0; word < MAXIMUM_ASKED / WORD; word++) {
      int last = WORD * (word + 1);
      made =
          made.replaceFirst(
              "TO_" + last + " = 0x[0-9a-f]*;", "TO_" + last + " = 0x" + word(word) + ";");
    }
    return made;
  }

  private static String word(int index) {
    StringBuilder hex = new StringBuilder();
    for (int i = 1; i <= WORD; i++) {
      hex.append("%02x".formatted(leastHits(WORD * index + i).orElse(NONE)));
    }
    return hex.toString();
  }

  /** Of {@code 3^asked} equally likely outcomes, those with exactly so many hits. */
  private static BigInteger cases(int asked, int hits) {
    BigInteger ways = BigInteger.ONE;
    for (int i = 1; i <= hits; i++) {
      ways = ways.multiply(BigInteger.valueOf(asked - hits + i)).divide(BigInteger.valueOf(i));
    }
    return ways.multiply(BigInteger.valueOf(CANDIDATES - 1).pow(asked - hits));
  }
}
