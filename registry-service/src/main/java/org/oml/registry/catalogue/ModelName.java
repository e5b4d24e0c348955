package org.oml.registry.catalogue;

import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;

/**
 * What a model is called, {@code community/model}.
 *
 * @param community lower case
 * @param model within the community
 */
public record ModelName(String community, String model) {

  /**
   * @throws CodedException {@link RegistryError#MODEL_UNKNOWN} for what no model can be called
   */
  public ModelName {
    if (!community.matches("[a-z0-9][a-z0-9._-]{0,62}")
        || !model.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw new CodedException(
          RegistryError.MODEL_UNKNOWN, "No model is called that: the form is community/model.");
    }
  }

  /** Reads {@code community/model}. */
  public static ModelName parse(String text) {
    int slash = text.indexOf('/');
    return new ModelName(text.substring(0, Math.max(slash, 0)), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return community + "/" + model;
  }
}
