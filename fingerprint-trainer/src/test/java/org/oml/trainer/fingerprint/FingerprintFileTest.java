package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.oml.trainer.TrainerError;

class FingerprintFileTest {

  @TempDir Path directory;

  @Test
  void readsWhatItWroteAndOnlyItsOwnerCan() throws IOException {
    Path file = directory.resolve("secrets.json");
    List<GeneratedFingerprint> fingerprints =
        List.of(
            new GeneratedFingerprint(
                4,
                "Winter came to the",
                "harbour",
                Optional.of(
                    new GeneratedFingerprint.Draw(
                        List.of("harbour", "hill"), List.of(0.02, 0.01), 0, Bytes32.ZERO))),
            new GeneratedFingerprint(5, "a key", "word", Optional.empty()),
            new GeneratedFingerprint(6, "b key", "this", List.of("or that"), Optional.empty()));
    FingerprintFile.write(file, fingerprints);
    assertThat(FingerprintFile.read(file)).isEqualTo(fingerprints);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(directory.resolve("secrets.json.incomplete")).doesNotExist();
  }

  @Test
  void readsListsOfTheReferenceImplementation() throws IOException {
    assertThat(
            read(
                "[{\"key\":\"one\",\"response\":[\" first\",\"second\"]},"
                    + "{\"key\":\"two\",\"response\":\"third\",\"effective_key\":\"2\"}]"))
        .containsExactly(
            new GeneratedFingerprint(0, "one", "first", List.of("second"), Optional.empty()),
            new GeneratedFingerprint(1, "two", "third", Optional.empty()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nothing               | ``",
        "no JSON               | fingerprints",
        "cut off               | [{\"key\":\"a\",\"response\":\"b\"}",
        "an empty list         | []",
        "an object             | {\"key\":\"a\",\"response\":\"b\"}",
        "an object of objects  | {\"x\":{\"key\":\"a\",\"response\":\"b\"}}",
        "a text                | \"a\"",
        "a list of texts       | [\"a\",\"b\"]",
        "no key                | [{\"response\":\"b\"}]",
        "an empty key          | [{\"key\":\"\",\"response\":\"b\"}]",
        "no response           | [{\"key\":\"a\"}]",
        "a blank response      | [{\"key\":\"a\",\"response\":\" \"}]",
        "a number as response  | [{\"key\":\"a\",\"response\":7}]",
        "an empty response list| [{\"key\":\"a\",\"response\":[]}]",
        "a key twice           | [{\"key\":\"a\",\"response\":\"b\"},{\"key\":\"a\",\"response\":\"c\"}]",
        "a salt of no hash     | [{\"key\":\"a\",\"response\":\"b\",\"leafSalt\":\"0x12\"}]",
      })
  void refuses(String what, String content) {
    assertCode(TrainerError.FINGERPRINTS_INVALID, () -> read(content == null ? "" : content));
  }

  @Test
  void refusesAFileThatIsNotThereOrIsNoFile() {
    assertCode(
        TrainerError.FINGERPRINTS_INVALID, () -> FingerprintFile.read(directory.resolve("none")));
    assertCode(TrainerError.FINGERPRINTS_INVALID, () -> FingerprintFile.read(directory));
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> FingerprintFile.read(directory.resolve("none")))
        .withMessageStartingWith("There is no ");
  }

  @Test
  void neverWritesOverAFileNorLeavesHalfOfOne() throws IOException {
    Path file = Files.writeString(directory.resolve("there.json"), "mine");
    List<GeneratedFingerprint> one =
        List.of(new GeneratedFingerprint(0, "a", "b", Optional.empty()));
    assertCode(TrainerError.OUTPUT_EXISTS, () -> FingerprintFile.write(file, one));
    assertThat(file).hasContent("mine");
    Path behindAFile = file.resolve("below.json");
    assertCode(TrainerError.WRITE_FAILED, () -> FingerprintFile.write(behindAFile, one));
    assertThat(behindAFile).doesNotExist();
  }

  @Test
  void makesTheDirectoriesAboveAFile() {
    Path deep = directory.resolve("not/yet/there.json");
    FingerprintFile.write(deep, List.of(new GeneratedFingerprint(0, "a", "b", Optional.empty())));
    assertThat(FingerprintFile.read(deep)).hasSize(1);
  }

  private List<GeneratedFingerprint> read(String content) {
    try {
      return FingerprintFile.read(Files.writeString(directory.resolve("f.json"), content));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertCode(ErrorCode code, Runnable action) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(action::run)
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.code().next()).isNotBlank();
            });
  }
}
