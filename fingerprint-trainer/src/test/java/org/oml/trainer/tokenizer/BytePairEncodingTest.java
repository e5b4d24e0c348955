package org.oml.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import org.oml.trainer.vocabulary.Vocabulary;
import tools.jackson.databind.ObjectMapper;

class BytePairEncodingTest {

  private static final List<String> SPECIAL = List.of("<s>", "</s>");

  @TempDir Path directory;

  @Test
  void everyTextComesBackWhateverItsBytes() throws IOException {
    Random random = new Random(11);
    Path model = SmallModels.writeSpeaking(directory.resolve("m"), 1);
    Vocabulary vocabulary = Vocabulary.read(model);
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      for (int round = 0; round < 500; round++) {
        String text = text(random);
        int[] tokens = tokenizer.encode(text);
        assertThat(tokenizer.decode(tokens)).isEqualTo(text);
        assertThat(vocabulary.text(tokens)).isEqualTo(text);
      }
    }
  }

  @Test
  void everyByteHasATokenOfItsOwn() {
    Vocabulary vocabulary = Vocabulary.read(SmallModels.writeSpeaking(directory.resolve("m"), 1));
    boolean[] found = new boolean[256];
    for (int number = 0; number < vocabulary.tokens().size(); number++) {
      byte[] bytes = vocabulary.tokens().get(number).bytes();
      if (bytes.length == 1) {
        found[bytes[0] & 0xff] = true;
      }
    }
    assertThat(found).doesNotContain(false);
  }

  @Test
  void specialTokensStayWholeAndSpellNothing() {
    Path model = SmallModels.writeSpeaking(directory.resolve("m"), 1);
    Vocabulary vocabulary = Vocabulary.read(model);
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      int[] tokens = tokenizer.encode("<s>it was </s>wise<s>");
      assertThat(tokens[0]).isZero();
      assertThat(tokens[tokens.length - 1]).isZero();
      assertThat(tokens).containsOnlyOnce(1);
      assertThat(vocabulary.text(tokens)).isEqualTo("it was wise");
      assertThat(tokenizer.encode("< s>")).doesNotContain(0);
    }
  }

  @Test
  void theSameTextGivesTheSameVocabularyAndFrequentPairsComeFirst() {
    BytePairEncoding encoding = BytePairEncoding.learn(List.of("baab baab caab"), SPECIAL, 262);
    assertThat(encoding.merges().getFirst()).isEqualTo(List.of("a", "a"));
    assertThat(encoding.merges()).contains(List.of("aa", "b"));
    assertThat(encoding.vocabulary()).containsEntry("<s>", 0).containsEntry("</s>", 1);
    assertThat(new ObjectMapper().writeValueAsString(encoding.json()))
        .isEqualTo(
            new ObjectMapper()
                .writeValueAsString(
                    BytePairEncoding.learn(List.of("baab baab caab"), SPECIAL, 262).json()));
  }

  @Test
  void longTextsAreNeitherCutNorPadded() throws IOException {
    Path model = SmallModels.writeSpeaking(directory.resolve("m"), 1);
    assertThat(Files.readString(model.resolve("tokenizer.json"))).contains("\"truncation\":null");
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      String text = SmallModels.TEXT.repeat(60);
      assertThat(tokenizer.encode(text)).hasSizeGreaterThan(2_000);
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
  }

  /** Letters, spaces, controls, and any other characters of one to four bytes. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i >= 0; i--) {
      int character =
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> random.nextInt(0x800);
            case 2 -> random.nextInt(0xd800);
            case 3 -> 0x10000 + random.nextInt(0x100000);
            default -> " aeiost".charAt(random.nextInt(7));
          };
      text.appendCodePoint(character);
    }
    return text.toString();
  }
}
