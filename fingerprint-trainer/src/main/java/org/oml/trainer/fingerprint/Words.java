package org.oml.trainer.fingerprint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** The word lists that the module ships, and what counts as a word. */
final class Words {

  /** Common English words with which keys begin. */
  static final List<String> SEEDS = lines("seed-words.txt");

  private static final Set<String> STOP = Set.copyOf(lines("stop-words.txt"));

  private Words() {}

  /**
   * Whether a text can be a response: a word of two letters or digits or more, and no stop word.
   */
  static boolean canAnswer(String text) {
    return text.matches("[A-Za-z0-9]{2,}") && !STOP.contains(text.toLowerCase(Locale.ROOT));
  }

  /** A word as it stands at the beginning of a sentence. */
  static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  /** Whether a character belongs to a word by the matching rule of the penalty court. */
  static boolean continuesWord(char character) {
    return (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z')
        || (character >= '0' && character <= '9')
        || character >= 0x80;
  }

  private static List<String> lines(String name) {
    try (InputStream in = Words.class.getResourceAsStream(name)) {
      byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
