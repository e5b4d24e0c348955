package org.oml.protocol.tracing;

import java.util.List;

/**
 * What answers say of where a model comes from.
 *
 * @param suspects all instances, the most suspicious first
 * @param asked positions with an answer of any kind
 * @param answered positions at which one of the responses was given
 * @param falseAccusation probability of naming any innocent instance, at most
 * @param pirate how it seems to answer; a guess, on which no p-value hangs
 */
public record Trace(
    List<Suspect> suspects, int asked, int answered, double falseAccusation, PirateModel pirate) {

  public Trace {
    suspects = List.copyOf(suspects);
  }

  /** Those that are named, often nobody. */
  public List<Suspect> named() {
    return suspects.stream().filter(Suspect::named).toList();
  }
}
