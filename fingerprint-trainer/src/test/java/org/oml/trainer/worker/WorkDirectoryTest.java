package org.oml.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkDirectoryTest {

  @TempDir Path directory;

  @Test
  void keepsTheLastThreeBasesAndNothingOfAJob() throws IOException {
    for (int i = 0; i < 5; i++) {
      Path base = Files.createDirectory(directory.resolve("base-" + i));
      Files.writeString(base.resolve("config.json"), "{}");
      Files.setLastModifiedTime(base, FileTime.from(Instant.ofEpochSecond(1_000L * (5 - i))));
    }
    for (String left : new String[] {"checkpoint-a", "checkpoint-b", "instance.incomplete"}) {
      Files.writeString(Files.createDirectory(directory.resolve(left)).resolve("file"), "weights");
    }
    Files.writeString(directory.resolve("log"), "of something else");

    new WorkDirectory(directory).tidy();

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("base-0", "base-1", "base-2", "log");
    }
  }
}
