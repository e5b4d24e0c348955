package org.oml.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

class DurableDirectoryTest {

  @TempDir Path directory;

  @Test
  void hasItsNameOnlyWhenItsContentIsComplete() throws IOException {
    Path target = directory.resolve("deep/down/model");
    DurableDirectory.write(
        target,
        content -> {
          assertThat(target).doesNotExist();
          Files.createDirectory(content.resolve("part"));
          Files.writeString(content.resolve("part/file"), "whole");
        });
    assertThat(target.resolve("part/file")).hasContent("whole");
    assertThat(target.resolveSibling("model.incomplete")).doesNotExist();
  }

  @Test
  void aFailureLeavesNothingUnderTheFinalName() {
    Path target = directory.resolve("model");
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(
            () ->
                DurableDirectory.write(
                    target,
                    content -> {
                      Files.writeString(content.resolve("file"), "half");
                      throw new IOException("No space left on device");
                    }))
        .withMessageContaining("No space left on device")
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.WRITE_FAILED));
    assertThat(target).doesNotExist();
  }

  @Test
  void replacesWhatAKilledProcessLeft() throws IOException {
    Path left = Files.createDirectories(directory.resolve("model.incomplete/part"));
    Files.writeString(left.resolve("stale"), "from another time");
    DurableDirectory.write(
        directory.resolve("model"), content -> Files.writeString(content.resolve("file"), "new"));
    assertThat(directory.resolve("model/file")).hasContent("new");
    assertThat(directory.resolve("model/part")).doesNotExist();
  }

  @Test
  void neverReplacesADirectoryThatExists() {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> DurableDirectory.write(directory, content -> {}))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.OUTPUT_EXISTS));
    assertThat(directory).exists();
  }
}
