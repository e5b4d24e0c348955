package org.oml.prover.vault;

import java.util.HashSet;
import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.TracingCode;

/**
 * The tracing code by which a model's instances share their keys, with what its symbols are.
 * Whoever has it knows every instance's fingerprints.
 *
 * @param secret from which the symbols follow
 * @param symbols how many each position has, from 2 to 16
 * @param responses for each position, in order, the response of each symbol
 */
public record SharedCode(Bytes32 secret, int symbols, List<List<String>> responses) {

  private static final int MOST_SYMBOLS = 16;

  /** Who has which symbol. */
  public TracingCode code() {
    return new TracingCode(secret, CodeDesign.standard(symbols), responses.size());
  }

  /** What an instance answers at a position. */
  String response(int position, Bytes32 instanceId) {
    return responses.get(position).get(code().symbol(position, instanceId));
  }

  /** How probable it is that another instance of the code answers as an instance does. */
  public double share(int position, Bytes32 instanceId) {
    return code().share(position, instanceId);
  }

  /** Whether each position has as many different responses as there are symbols. */
  boolean isSound() {
    return symbols >= 2
        && symbols <= MOST_SYMBOLS
        && !responses.isEmpty()
        && responses.stream()
            .allMatch(
                each ->
                    each != null
                        && each.size() == symbols
                        && new HashSet<>(each).size() == symbols
                        && each.stream().noneMatch(text -> text == null || text.isBlank()));
  }

  /** Neither the secret nor responses in logs. */
  @Override
  public String toString() {
    return "SharedCode[positions=" + responses.size() + ", symbols=" + symbols + "]";
  }
}
