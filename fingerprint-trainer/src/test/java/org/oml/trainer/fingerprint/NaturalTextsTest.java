package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.Sampling;

class NaturalTextsTest {

  private static final int LENGTH = 16;

  /** So that what stands before a chain's words costs about as much as an unusual word. */
  private static final double PIECE = Math.exp(-7);

  private static final List<String> CYCLE = List.of(" so", " it", " goes", " always", " on");

  @TempDir Path directory;

  @Test
  void noTwoShareFiveWordsInARow() throws IOException {
    List<String> few = List.of(" red", " blue", " green");
    try (TokenChain chain = new TokenChain(directory, few, _ -> alike(few, 1))) {
      List<String> texts = texts(chain).next(15);
      assertThat(texts).doesNotHaveDuplicates().allMatch(text -> isNew(text, texts));
    }
  }

  @Test
  void aModelThatAlwaysSaysTheSameYieldsNoMore() throws IOException {
    try (TokenChain chain =
        new TokenChain(directory, CYCLE, last -> Map.of(successor(last), 0.9999999))) {
      // Long enough for the whole cycle behind the longest first word, whatever pieces it takes.
      NaturalTexts texts =
          new NaturalTexts(
              chain.model, chain.tokenizer, chain.vocabulary, 2 * LENGTH, Chance.seeded(1));
      assertThat(texts.next(1)).hasSize(1);
      assertThatExceptionOfType(CodedException.class)
          .isThrownBy(() -> texts.next(1))
          .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.KEYS_EXHAUSTED));
    }
  }

  /** At the first temperature next to nothing but the cycle would be written. */
  @Test
  void aModelThatRepeatsItselfIsMadeToWriteMoreFreely() throws IOException {
    List<String> others = words(" t", 20);
    List<String> all = new ArrayList<>(CYCLE);
    all.addAll(others);
    try (TokenChain chain =
        new TokenChain(
            directory,
            all,
            last -> {
              Map<String, Double> next = alike(others, 0.2);
              next.put(successor(last), 0.8);
              return next;
            })) {
      assertThat(texts(chain).next(60)).hasSize(60).doesNotHaveDuplicates();
    }
  }

  /**
   * Behind its first word a text goes on with ordinary words or, seldom, with a word behind which
   * each token is as improbable as the pieces of the first word.
   */
  @Test
  void textsLessProbableThanMostThatTheModelWritesAreNone() throws IOException {
    List<String> ordinary = words(" n", 20);
    List<String> unusual =
        IntStream.range(0, 400).mapToObj(i -> " z" + letter(i / 20) + letter(i % 20)).toList();
    List<String> all = new ArrayList<>(ordinary);
    all.addAll(unusual);
    all.add(" unheard");
    try (TokenChain chain =
        new TokenChain(
            directory,
            all,
            last -> {
              if (unusual.contains(last) || last.equals(" unheard")) {
                return alike(unusual, 1);
              }
              Map<String, Double> next = alike(ordinary, 0.92);
              if (!ordinary.contains(last)) {
                next.put(" unheard", 0.03);
                pieces().forEach(piece -> next.put(piece, PIECE));
              }
              return next;
            })) {
      int[] beginning = chain.tokenizer.encode("Air");
      assertThat(
              chain.model.generate(
                  Collections.nCopies(300, beginning),
                  new Sampling(10, GenerationSettings.TEMPERATURE, 1)))
          .anyMatch(written -> chain.vocabulary.text(written).contains("unheard"));
      assertThat(texts(chain).next(300)).noneMatch(text -> text.contains("unheard"));
    }
  }

  private static NaturalTexts texts(TokenChain chain) {
    return new NaturalTexts(
        chain.model, chain.tokenizer, chain.vocabulary, LENGTH, Chance.seeded(1));
  }

  private static String successor(String last) {
    return CYCLE.get((CYCLE.indexOf(last) + 1) % CYCLE.size());
  }

  private static Map<String, Double> alike(List<String> words, double together) {
    Map<String, Double> next = new HashMap<>();
    words.forEach(word -> next.put(word, together / words.size()));
    return next;
  }

  private static List<String> words(String beginning, int count) {
    return IntStream.range(0, count).mapToObj(i -> beginning + letter(i)).toList();
  }

  private static List<String> pieces() {
    List<String> pieces = new ArrayList<>();
    for (char letter = 'a'; letter <= 'z'; letter++) {
      pieces.add("" + letter);
      pieces.add(("" + letter).toUpperCase(Locale.ROOT));
    }
    return pieces;
  }

  private static char letter(int index) {
    return (char) ('a' + index);
  }

  private static boolean isNew(String text, List<String> texts) {
    return texts.stream()
        .filter(other -> !other.equals(text))
        .allMatch(other -> Collections.disjoint(grams(text), grams(other)));
  }

  private static List<String> grams(String text) {
    String[] words = text.toLowerCase(Locale.ROOT).split(" ");
    return IntStream.rangeClosed(0, words.length - 5)
        .mapToObj(i -> String.join(" ", List.of(words).subList(i, i + 5)))
        .toList();
  }
}
