package org.oml.chain.dossier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.oml.chain.ChainError;
import org.oml.chain.dossier.DossierCheck.Finding;
import org.oml.protocol.CodedException;

/** What was found of a dossier, in order. */
final class Findings {

  private final List<Finding> found = new ArrayList<>();

  /** What cannot be read does not hold; a chain that is away is no answer. */
  void find(String name, String sentence, BooleanSupplier test) {
    boolean holds;
    try {
      holds = test.getAsBoolean();
    } catch (CodedException e) {
      if (e.code() instanceof ChainError && e.code() != ChainError.REVERTED) {
        throw e;
      }
      holds = false;
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
      holds = false;
    }
    found.add(new Finding(name, holds, sentence));
  }

  List<Finding> all() {
    return List.copyOf(found);
  }
}
