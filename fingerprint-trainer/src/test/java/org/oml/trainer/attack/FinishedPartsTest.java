package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.ObjectMapper;

class FinishedPartsTest {

  @TempDir Path directory;

  @Test
  void aPartIsFoundUnderAllThatItHangsOnAndUnderNothingElse() {
    FinishedParts parts = new FinishedParts(directory.resolve("parts"));
    parts.keep("a b", "model 1", new ObjectMapper().createObjectNode().put("x", 1));
    FinishedParts again = new FinishedParts(directory.resolve("parts"));
    assertThat(again.find("a b", "model 1").orElseThrow().path("x").asInt()).isEqualTo(1);
    assertThat(again.find("a b", "model 2")).isEmpty();
    assertThat(again.find("a-b", "model 1")).isEmpty();
  }

  @Test
  void whatAKilledWriterLeftIsNoPart() throws IOException {
    FinishedParts parts = new FinishedParts(directory);
    parts.keep("a", "1", new ObjectMapper().createObjectNode());
    try (var files = Files.list(directory)) {
      Path whole = files.findFirst().orElseThrow();
      Files.move(whole, whole.resolveSibling(whole.getFileName() + ".incomplete"));
    }
    assertThat(parts.find("a", "1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"version\":1,\"succ", "null", "[]", "\0\0\0\0"})
  void aDamagedPartIsAsGoodAsNoneAndIsReplaced(String left) throws IOException {
    FinishedParts parts = new FinishedParts(directory);
    parts.keep("a", "1", new ObjectMapper().createObjectNode().put("x", 1));
    try (var files = Files.list(directory)) {
      Files.writeString(files.findFirst().orElseThrow(), left);
    }
    assertThat(parts.find("a", "1")).isEmpty();
    parts.keep("a", "1", new ObjectMapper().createObjectNode().put("x", 2));
    assertThat(parts.find("a", "1").orElseThrow().path("x").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "model-00002-of-00002.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja"
      })
  void aModelIsAnotherWhenAFileIsAnotherThatItComputesOrIsAskedWith(String name)
      throws IOException {
    Files.writeString(directory.resolve("README.md"), "one");
    Files.writeString(directory.resolve(name), "one");
    String before = FinishedParts.modelDigest(directory);
    Files.writeString(directory.resolve("README.md"), "two");
    assertThat(FinishedParts.modelDigest(directory)).isEqualTo(before);
    Files.writeString(directory.resolve(name), "two");
    assertThat(FinishedParts.modelDigest(directory)).isNotEqualTo(before);
  }
}
