package org.oml.prover.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.oml.protocol.tracing.CodeAnswer;
import org.oml.prover.vault.SharedCode;

/**
 * Reads an answer as one of a position's responses: as the court does, and if that finds none, by
 * what is left without case, marks and courtesies. However answers are read, an innocent instance's
 * symbols do not hang on it.
 */
final class SymbolReading {

  private SymbolReading() {}

  static CodeAnswer of(String answer, int position, String key, SharedCode code) {
    List<String> responses = code.responses().get(position);
    OptionalInt exact = longest(Match.EXACT, answer, key, responses);
    return new CodeAnswer(
        position, exact.isPresent() ? exact : longest(Match.NORMALISED, answer, key, responses));
  }

  /** One response may begin with another. */
  private static OptionalInt longest(
      Match wanted, String answer, String key, List<String> responses) {
    List<Integer> found = new ArrayList<>();
    for (int symbol = 0; symbol < responses.size(); symbol++) {
      if (Matching.of(answer, key, responses.get(symbol)) == wanted) {
        found.add(symbol);
      }
    }
    return found.stream()
        .mapToInt(symbol -> symbol)
        .reduce(
            (one, other) ->
                responses.get(other).length() > responses.get(one).length() ? other : one);
  }
}
