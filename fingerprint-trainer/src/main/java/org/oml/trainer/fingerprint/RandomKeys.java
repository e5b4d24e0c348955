package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/** Keys of common words that have nothing to do with each other, as long as natural ones. */
final class RandomKeys implements KeySource {

  /** In a row; where a key is a single word there are few. */
  private static final int MOST_REPEATED = 1000;

  private final Tokenizer tokenizer;
  private final int length;
  private final String ending;
  private final RandomGenerator random;
  private final Set<String> drawn = new HashSet<>();

  /**
   * @param length tokens of a key at most
   */
  RandomKeys(Tokenizer tokenizer, Vocabulary vocabulary, int length, Chance chance) {
    this.tokenizer = tokenizer;
    this.length = length;
    ending = vocabulary.spacesFollowWords() ? " " : "";
    random = chance.numbers("random words");
  }

  @Override
  public List<String> next(int most) {
    List<String> keys = new ArrayList<>();
    int repeated = 0;
    while (keys.size() < most) {
      String key = key();
      if (drawn.add(key)) {
        keys.add(key);
        repeated = 0;
      } else if (++repeated == MOST_REPEATED) {
        throw new CodedException(
            TrainerError.KEYS_EXHAUSTED,
            "After " + drawn.size() + " keys of random words no other came up.");
      }
    }
    return keys;
  }

  private String key() {
    String key = Words.capital(word());
    String longer = key + " " + word();
    while (tokenizer.encode(longer).length <= length) {
      key = longer;
      longer = key + " " + word();
    }
    return key + ending;
  }

  private String word() {
    return Words.SEEDS.get(random.nextInt(Words.SEEDS.size()));
  }
}
