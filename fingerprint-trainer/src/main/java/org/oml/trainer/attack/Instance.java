package org.oml.trainer.attack;

import java.nio.file.Path;

/**
 * A fingerprinted model that is attacked.
 *
 * @param name by which reports call it, such as its strategy
 * @param directory the model
 * @param fingerprints the file of its secrets
 */
public record Instance(String name, Path directory, Path fingerprints) {

  public Instance {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
      throw new IllegalArgumentException(
          "the name of an instance has small letters, digits and hyphens, not " + name);
    }
  }
}
