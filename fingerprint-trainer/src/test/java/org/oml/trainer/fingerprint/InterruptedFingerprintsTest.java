package org.oml.trainer.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.WritingProcess;

/** Processes that write secrets and are killed, or may not write as much as it takes. */
class InterruptedFingerprintsTest {

  private static final int ROUNDS = Boolean.getBoolean("oml.soak") ? 40 : 3;

  private static final List<GeneratedFingerprint> FINGERPRINTS =
      IntStream.range(0, 500)
          .mapToObj(
              i ->
                  new GeneratedFingerprint(i, "A key of number " + i, "word" + i, Optional.empty()))
          .toList();

  @TempDir Path directory;

  /** Writes files of fingerprints for ever, or one. */
  public static final class Writer {

    private Writer() {}

    public static void main(String[] arguments) {
      Path target = Path.of(arguments[0]);
      WritingProcess.attempt(
          () -> {
            if (arguments[1].equals("one")) {
              FingerprintFile.write(target, FINGERPRINTS);
            }
            for (int i = 0; arguments[1].equals("many"); i++) {
              FingerprintFile.write(target.resolve(i + ".json"), FINGERPRINTS);
            }
          });
    }
  }

  @Test
  void whatAKilledProcessLeavesUnderAFinalNameIsWholeAndTheNextReplacesTheRest() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Path target = directory.resolve("killed-" + round);
      int files = 3 + round;
      try (WritingProcess writer = WritingProcess.start(Writer.class, target, "many")) {
        writer.killWhen(() -> WritingProcess.files(target).size() >= files);
      }
      int finished = WritingProcess.finished(target).size();
      assertThat(WritingProcess.finished(target))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(FingerprintFile.read(file)).isEqualTo(FINGERPRINTS));
      FingerprintFile.write(target.resolve(finished + ".json"), FINGERPRINTS);
      assertThat(WritingProcess.files(target)).hasSize(finished + 1);
    }
  }

  @Test
  void aDiskThatTakesNoMoreIsAnErrorAndLeavesNothing() throws Exception {
    assumeTrue(WritingProcess.canFillADisk(), "needs ulimit");
    Path secrets = directory.resolve("secrets");
    Path target = secrets.resolve("fingerprints.json");
    try (WritingProcess writer = WritingProcess.startOnAFullDisk(Writer.class, target, "one")) {
      assertThat(writer.said()).contains("TRAINER_WRITE_FAILED");
      assertThat(writer.status()).isEqualTo(WritingProcess.FAILED);
    }
    assertThat(WritingProcess.files(secrets)).isEmpty();
  }
}
