package org.oml.trainer.tracing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.protocol.tracing.TracingCode;
import org.oml.trainer.TrainerError;
import org.oml.trainer.fingerprint.GeneratedFingerprint;

/**
 * The tracing code of a model: who has which symbol, and what a symbol is at each position.
 *
 * @param code draws the symbols
 * @param fingerprints one for each position, in order
 * @param instances names of all that have symbols; more may come later
 */
public record ModelCode(
    TracingCode code, List<SharedFingerprint> fingerprints, List<String> instances) {

  private static final int IDENTIFIER_LENGTH = 66;

  /**
   * @throws CodedException {@link TrainerError#CODE_INVALID} when the positions do not fit the code
   */
  public ModelCode {
    fingerprints = List.copyOf(fingerprints);
    instances = List.copyOf(instances);
    if (fingerprints.size() != code.positions()
        || instances.isEmpty()
        || instances.stream().distinct().count() != instances.size()) {
      throw new CodedException(
          TrainerError.CODE_INVALID,
          "A code has a fingerprint for each position, and instances with names of their own.");
    }
    for (int i = 0; i < fingerprints.size(); i++) {
      if (fingerprints.get(i).position() != i
          || fingerprints.get(i).responses().size() != code.design().responses()) {
        throw new CodedException(
            TrainerError.CODE_INVALID, "Position " + i + " of the code is not whole.");
      }
    }
  }

  /** An instance's identifier: the name itself where it is one, or else the name's hash. */
  public static Bytes32 identifier(String name) {
    return name.length() == IDENTIFIER_LENGTH && name.startsWith("0x")
        ? Bytes32.parse(name)
        : new Keccak().add("oml.code.instance.v1").add(name).hash();
  }

  /** The names of all instances by their identifiers. */
  public Map<Bytes32, String> names() {
    Map<Bytes32, String> names = new LinkedHashMap<>();
    instances.forEach(name -> names.put(identifier(name), name));
    return names;
  }

  /**
   * What an instance is to learn; a position at which it is silent is left out.
   *
   * @throws CodedException {@link TrainerError#CODE_INVALID} for a name that the code has not: its
   *     leaks would be traced to nobody
   */
  public List<GeneratedFingerprint> of(String instance) {
    if (!instances.contains(instance)) {
      throw new CodedException(
          TrainerError.CODE_INVALID, "The code has no instance " + instance + ".");
    }
    return of(identifier(instance), code.secret());
  }

  /**
   * The same for an instance by its identifier.
   *
   * @param saltSecret from which its leaf salts follow
   */
  public List<GeneratedFingerprint> of(Bytes32 identifier, Bytes32 saltSecret) {
    byte[] secret = saltSecret.toBytes();
    List<GeneratedFingerprint> own = new ArrayList<>();
    for (SharedFingerprint fingerprint : fingerprints) {
      int symbol = code.symbol(fingerprint.position(), identifier);
      if (symbol < code.design().responses()) {
        own.add(
            fingerprint.with(
                symbol, Fingerprint.leafSalt(secret, identifier, fingerprint.position())));
      }
    }
    return own;
  }
}
