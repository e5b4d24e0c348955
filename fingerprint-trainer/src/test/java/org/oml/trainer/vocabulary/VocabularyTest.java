package org.oml.trainer.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.tokenizer.Tokenizer;

class VocabularyTest {

  @TempDir Path directory;

  private Path model = Path.of("");

  @BeforeEach
  void writeAModel() {
    model = SmallModels.writeSpeaking(directory.resolve("model"), 1);
  }

  @Test
  void refusesATokenizerOfALargerModel() throws IOException {
    int size = ModelConfiguration.read(model).vocabularySize();
    change("config.json", "\"vocab_size\" : " + size, "\"vocab_size\" : " + (size - 1));
    assertRefused("Token number " + (size - 1) + " is outside the model's " + (size - 1));
  }

  @Test
  void refusesATokenizerOfAnotherKind() throws IOException {
    change("tokenizer.json", "\"type\":\"BPE\"", "\"type\":\"Unigram\"");
    assertRefused("not a byte-pair encoding");
  }

  @Test
  void refusesATokenizerThatSplitsTextsInAnUnknownWay() throws IOException {
    change("tokenizer.json", "\"ByteLevel\"", "\"Whitespace\"");
    assertRefused("neither byte-level nor marks spaces");
  }

  @Test
  void refusesADamagedFile() throws IOException {
    String whole = Files.readString(model.resolve("tokenizer.json"));
    Files.writeString(model.resolve("tokenizer.json"), whole.substring(0, whole.length() / 2));
    assertRefused("tokenizer.json");
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Tokenizer.load(model))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TOKENIZER_INVALID));
  }

  @Test
  void refusesAModelWithoutATokenizer() throws IOException {
    Files.delete(model.resolve("tokenizer.json"));
    assertRefused("tokenizer.json");
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Tokenizer.load(model))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TOKENIZER_INVALID));
  }

  @Test
  void knowsWhereItsTokensHoldSpaces() {
    assertThat(ofPieces(" a", "a", " in the ", " be").spacesFollowWords()).isFalse();
    assertThat(ofPieces("a ", "a", " in the ", "be ").spacesFollowWords()).isTrue();
    assertThat(ofPieces(" ", "  ", "a").spacesFollowWords()).isFalse();
  }

  private static Vocabulary ofPieces(String... pieces) {
    return new Vocabulary(
        Vocabulary.Style.BYTE_LEVEL,
        Vocabulary.Splitting.NONE,
        Stream.of(pieces)
            .map(piece -> new Token(piece, Token.Kind.TEXT, piece.getBytes(StandardCharsets.UTF_8)))
            .toList(),
        List.of(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        false,
        Optional.empty(),
        Map.of());
  }

  private void assertRefused(String part) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> Vocabulary.read(model))
        .withMessageContaining(part)
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TOKENIZER_INVALID));
  }

  private void change(String name, String part, String replacement) throws IOException {
    String before = Files.readString(model.resolve(name));
    assertThat(before).contains(part);
    Files.writeString(model.resolve(name), before.replace(part, replacement));
  }
}
