package org.oml.protocol.tracing;

import java.util.List;
import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;

/**
 * What the positions of a code are made of. Every position takes one of the biases, each as
 * probable as any other, and a keyed order of its symbols.
 *
 * @param biases all with the same number of symbols
 * @param silent whether the last symbol means that the fingerprint is not embedded; an answer that
 *     is no candidate reads as that symbol then, and as nothing otherwise
 */
public record CodeDesign(List<Bias> biases, boolean silent) {

  private static final int MOST_SYMBOLS = 16;

  /** Found by simulation: decision 33. */
  private static final List<Integer> FREQUENT = List.of(184, 144);

  /**
   * @throws CodedException {@link ProtocolError#VALUE_OUT_OF_RANGE}
   */
  public CodeDesign {
    biases = List.copyOf(biases);
    if (biases.isEmpty()
        || biases.stream().mapToInt(Bias::symbols).distinct().count() != 1
        || biases.getFirst().symbols() > MOST_SYMBOLS) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE,
          "A code has one or more biases over the same two to 16 symbols.");
    }
  }

  /**
   * The project's own: each position has a symbol that most instances share, and the others are
   * alike. Against a pirate who answers only where all copies agree a frequent symbol helps,
   * against one who answers like the most copies rare ones do; two shares of the frequent symbol
   * serve small coalitions and larger ones.
   *
   * @param symbols all of them responses, from 2 to 16
   */
  public static CodeDesign standard(int symbols) {
    return new CodeDesign(
        FREQUENT.stream().map(share -> Bias.withFrequent(share, symbols)).toList(), false);
  }

  /** The published assignment: each instance has each fingerprint with probability one half. */
  public static CodeDesign randomAssignment() {
    return new CodeDesign(List.of(Bias.of(128, 128)), true);
  }

  /** How many symbols there are, silence included. */
  public int symbols() {
    return biases.getFirst().symbols();
  }

  /** How many of the symbols are responses. */
  public int responses() {
    return silent ? symbols() - 1 : symbols();
  }

  /** How an answer reads that is none of the responses. */
  public int none() {
    return silent ? symbols() - 1 : symbols();
  }

  /** How many ways there are to read an answer. */
  public int readings() {
    return none() + 1;
  }
}
