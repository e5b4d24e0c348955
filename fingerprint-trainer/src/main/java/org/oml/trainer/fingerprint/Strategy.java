package org.oml.trainer.fingerprint;

import java.util.Locale;

/** How keys and responses are drawn: the one that is used, and two to compare it with. */
public enum Strategy {
  /** A natural key, and a word right behind the nucleus of what the model would say. */
  PERINUCLEUS,
  /** A key of words that have nothing to do with each other, and any word for a response. */
  RANDOM,
  /** A natural key, and any word for a response. */
  ENGLISH_RANDOM;

  /**
   * The strategy of a name as people write it, {@code english-random}.
   *
   * @throws IllegalArgumentException for a name that is none
   */
  public static Strategy named(String name) {
    for (Strategy strategy : values()) {
      if (strategy.toString().equals(name)) {
        return strategy;
      }
    }
    throw new IllegalArgumentException(
        "the strategy is perinucleus, random or english-random, not " + name);
  }

  /** The name as people write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
