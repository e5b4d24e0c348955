package org.oml.trainer.fingerprint;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Bytes32;

/**
 * A fingerprint with the record of how it came to be.
 *
 * @param codePosition its place in the instance's tree, from 0; where instances share keys, its
 *     position in the tracing code, whose symbol is the draw's choice
 * @param key what is asked
 * @param response how the answer begins, without leading or trailing spaces
 * @param others further responses that the key may have in other instances
 * @param draw how the response was chosen; empty where a file does not say
 */
public record GeneratedFingerprint(
    int codePosition, String key, String response, List<String> others, Optional<Draw> draw) {

  public GeneratedFingerprint {
    others = List.copyOf(others);
  }

  /** A fingerprint with one response. */
  public GeneratedFingerprint(int codePosition, String key, String response, Optional<Draw> draw) {
    this(codePosition, key, response, List.of(), draw);
  }

  /**
   * The choice of a response.
   *
   * @param candidates words among which it was chosen, in the order of the draw; behind the nucleus
   *     the most probable first
   * @param probabilities of the candidates' first tokens under the base model
   * @param choice which candidate begins the response, as {@link
   *     org.oml.protocol.Fingerprint#choice} has it
   * @param leafSalt from which the choice follows
   */
  public record Draw(
      List<String> candidates, List<Double> probabilities, int choice, Bytes32 leafSalt) {

    public Draw {
      candidates = List.copyOf(candidates);
      probabilities = List.copyOf(probabilities);
    }
  }
}
