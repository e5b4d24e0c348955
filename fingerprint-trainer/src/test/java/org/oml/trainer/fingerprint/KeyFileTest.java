package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

class KeyFileTest {

  @TempDir Path directory;

  @Test
  void readsWhatItWroteInOneNormalForm() throws IOException {
    Path file = directory.resolve("keys.json");
    KeyFile.write(file, List.of("One key", "another"));
    assertThat(KeyFile.read(file)).containsExactly("One key", "another");
    assertThat(KeyFile.read(Files.writeString(directory.resolve("n.json"), "[\"cafe\u0301 \"]")))
        .containsExactly("caf\u00e9 ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "keys",
        "[]",
        "{}",
        "\"a\"",
        "{\"a\":\"b\"}",
        "[1]",
        "[\"\"]",
        "[\" \"]",
        "[\"a\",\"a\"]",
        "[\"caf\u00e9\",\"cafe\u0301\"]",
        "[\"a\"",
        "[[\"a\"]]"
      })
  void refuses(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("keys.json"), content);
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> KeyFile.read(file))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.FINGERPRINTS_INVALID));
  }
}
