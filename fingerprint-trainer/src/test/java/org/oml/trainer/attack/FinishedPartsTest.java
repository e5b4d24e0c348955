package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
