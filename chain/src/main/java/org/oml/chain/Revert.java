package org.oml.chain;

import java.util.List;
import java.util.Optional;

/**
 * Why a contract refused.
 *
 * @param name of the Solidity error, such as {@code TooEarly}; {@code Error} for a plain text,
 *     {@code Panic}, or {@code Unknown}
 * @param arguments in order, bytes in hexadecimal
 */
public record Revert(String name, List<String> arguments) {

  public Revert {
    arguments = List.copyOf(arguments);
  }

  /** The revert that an exception of this module reports, if it reports one. */
  public static Optional<Revert> in(Throwable failure) {
    return failure.getCause() instanceof RevertedException reverted
        ? Optional.of(reverted.revert())
        : Optional.empty();
  }

  /** As Solidity writes it: {@code TooEarly(1764000000)}. */
  @Override
  public String toString() {
    return name + "(" + String.join(", ", arguments) + ")";
  }
}
