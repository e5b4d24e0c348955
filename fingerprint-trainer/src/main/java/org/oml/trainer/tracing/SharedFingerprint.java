package org.oml.trainer.tracing;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.fingerprint.GeneratedFingerprint;

/**
 * A key that many instances have, each with one of several responses.
 *
 * @param position in the code
 * @param key what is asked
 * @param responses one for each symbol, in an order that tells nothing about instances
 * @param candidates the words with which the responses begin
 * @param probabilities of their first tokens under the base model
 */
public record SharedFingerprint(
    int position,
    String key,
    List<String> responses,
    List<String> candidates,
    List<Double> probabilities) {

  public SharedFingerprint {
    responses = List.copyOf(responses);
    candidates = List.copyOf(candidates);
    probabilities = List.copyOf(probabilities);
  }

  /** From a fingerprint that was drawn with as many responses as candidates. */
  static SharedFingerprint of(GeneratedFingerprint drawn) {
    GeneratedFingerprint.Draw draw = drawn.draw().orElseThrow();
    int count = draw.candidates().size();
    String[] responses = new String[count];
    responses[draw.choice()] = drawn.response();
    for (int i = 1; i < count; i++) {
      responses[(draw.choice() + i) % count] = drawn.others().get(i - 1);
    }
    return new SharedFingerprint(
        drawn.codePosition(),
        drawn.key(),
        List.of(responses),
        draw.candidates(),
        draw.probabilities());
  }

  /** What one instance is to learn. */
  GeneratedFingerprint with(int symbol, Bytes32 leafSalt) {
    return new GeneratedFingerprint(
        position,
        key,
        responses.get(symbol),
        Optional.of(new GeneratedFingerprint.Draw(candidates, probabilities, symbol, leafSalt)));
  }

  /**
   * Which of the responses an answer begins with, by the rule of the penalty court; the longest
   * where one response begins with another.
   */
  public OptionalInt read(String answer) {
    int best = -1;
    for (int i = 0; i < responses.size(); i++) {
      if (Fingerprint.matches(answer, responses.get(i))
          && (best < 0 || responses.get(i).length() > responses.get(best).length())) {
        best = i;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }
}
