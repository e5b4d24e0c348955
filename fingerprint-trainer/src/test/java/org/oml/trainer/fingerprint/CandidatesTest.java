package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidatesTest {

  /** The first three are the nucleus of 0.8. */
  private static final Map<String, Double> ANYWHERE =
      Map.ofEntries(
          Map.entry(" first", 0.5),
          Map.entry(" second", 0.25),
          Map.entry(" third", 0.15),
          Map.entry(" the", 0.03), // a stop word
          Map.entry(",", 0.02), // no word
          Map.entry("glued", 0.01), // no word of its own behind a word
          Map.entry(" q", 0.008), // too short
          Map.entry(" sec", 0.007), // becomes a word that was passed over
          Map.entry(" apple", 0.006),
          Map.entry(" un", 0.005), // may become this or that
          Map.entry(" gre", 0.004), // becomes "great"
          Map.entry(" great", 0.0035), // stands there already
          Map.entry(" pear", 0.003),
          Map.entry(" plum", 0.002));

  private static final List<String> WORDS =
      List.of(
          " first", " second", " third", " the", "glued", " sec", " apple", " un", " gre", " great",
          " pear", " plum", "at", "ond", "do", "it");

  @TempDir Path directory;

  @Test
  void theyAreTheFirstWordsBehindTheNucleusThatMayAnswer() throws IOException {
    try (TokenChain chain = chain()) {
      List<Candidates.Candidate> found = found(chain, "Ability", 3);
      assertThat(found)
          .extracting(Candidates.Candidate::response)
          .containsExactly("apple", "great", "pear");
      assertThat(found)
          .extracting(Candidates.Candidate::word)
          .containsExactly("apple", "great", "pear");
      assertThat(found.get(0).probability()).isCloseTo(0.006, within(1e-4));
      assertThat(found.get(1).probability()).isCloseTo(0.004, within(1e-4));
      assertThat(found.get(2).probability()).isCloseTo(0.003, within(1e-4));
    }
  }

  @Test
  void behindASpaceAWordNeedsNone() throws IOException {
    try (TokenChain chain = chain()) {
      assertThat(found(chain, "Ability ", 3))
          .extracting(Candidates.Candidate::word)
          .containsExactly("glued", "apple", "great");
    }
  }

  @Test
  void thereAreFewerWhereTheModelHasNoMore() throws IOException {
    try (TokenChain chain = chain()) {
      assertThat(found(chain, "Ability", 9))
          .extracting(Candidates.Candidate::word)
          .startsWith("apple", "great", "pear", "plum")
          .hasSizeLessThan(9);
    }
  }

  private TokenChain chain() throws IOException {
    return new TokenChain(directory, WORDS, CandidatesTest::next);
  }

  private static Map<String, Double> next(String last) {
    return switch (last) {
      case " gre" -> mostly("at");
      case " sec" -> mostly("ond");
      case " un" -> Map.of("do", 0.45, "it", 0.45, " first", 0.1);
      default -> ANYWHERE;
    };
  }

  private static Map<String, Double> mostly(String text) {
    return Map.of(text, 0.9, " first", 0.1);
  }

  private static List<Candidates.Candidate> found(TokenChain chain, String key, int width) {
    GenerationSettings settings = new GenerationSettings(1, 0.8, width, 1, 16, Chance.seeded(1));
    return new Candidates(chain.model, chain.vocabulary, settings)
        .of(List.of(key), List.of(chain.tokenizer.encode(key)))
        .getFirst();
  }
}
