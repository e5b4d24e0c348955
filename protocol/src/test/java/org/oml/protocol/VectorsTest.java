package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VectorsTest {

  private static final Map<String, VectorFile> FILES = Vectors.all();

  static Stream<String> names() {
    return FILES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void fileHoldsWhatTheCodeComputes(String name) throws IOException {
    assertThat(Vectors.DIRECTORY.resolve(name + ".json"))
        .as("run the main of Vectors and look at what changed before you commit it")
        .hasContent(Objects.requireNonNull(FILES.get(name)).json());
  }

  @Test
  void noFileIsLeftFromBefore() throws IOException {
    try (Stream<Path> files = Files.list(Vectors.DIRECTORY)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(VectorsTest::isVectors))
          .hasSizeGreaterThanOrEqualTo(50)
          .containsExactlyInAnyOrderElementsOf(
              FILES.keySet().stream().map(name -> name + ".json").toList());
    }
  }

  private static boolean isVectors(String file) {
    return !file.equals("README.md");
  }
}
