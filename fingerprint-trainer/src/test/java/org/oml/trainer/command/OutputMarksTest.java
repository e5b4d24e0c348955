package org.oml.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorType;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.model.LanguageModel;

class OutputMarksTest {

  private static final EmbeddingSettings SETTINGS =
      EmbeddingSettings.defaults(SmallModels.SMALL, 1, 1);

  @TempDir Path directory;

  @Test
  void anOutputIsOwnForTheRunThatWroteItAlone() {
    Checkpoint base = base(1);
    Path out = write(base, "apple");
    assertThat(isOwn(base, SETTINGS, "apple", out)).isTrue();
    assertThat(isOwn(base, SETTINGS, "pear", out)).isFalse();
    assertThat(isOwn(base, SETTINGS.withSteps(7), "apple", out)).isFalse();
    assertThat(isOwn(base(2), SETTINGS, "apple", out)).isFalse();
  }

  @Test
  void whatChangedOrIsNoModelIsNotOwn() throws IOException {
    Checkpoint base = base(1);
    Path out = write(base, "apple");
    DurableDirectory.delete(out);
    base.writeCopy(out, Map.of());
    assertThat(isOwn(base, SETTINGS, "apple", out)).isFalse();
    Files.delete(out.resolve("config.json"));
    assertThat(isOwn(base, SETTINGS, "apple", out)).isFalse();
  }

  @Test
  void aDamagedMarkIsNone() throws IOException {
    Checkpoint base = base(1);
    Path out = write(base, "apple");
    for (String damaged : List.of("", "{", "[]", "{\"version\":2}")) {
      Files.writeString(saved().resolve(OutputMarks.FILE), damaged);
      assertThat(isOwn(base, SETTINGS, "apple", out)).isFalse();
    }
  }

  @Test
  void aMarkHoldsNoKey() throws IOException {
    write(base(1), "apple");
    assertThat(Files.readString(saved().resolve(OutputMarks.FILE))).doesNotContain("apple");
  }

  private Checkpoint base(long seed) {
    return Checkpoint.open(
        SmallModels.write(directory.resolve("base" + seed), TensorType.BF16, seed));
  }

  private Path write(Checkpoint base, String key) {
    try (LanguageModel model = LanguageModel.load(base)) {
      Map<String, float[]> weights = model.values();
      Objects.requireNonNull(weights.get(ParameterLayout.FINAL_NORM))[0] = 2;
      new OutputMarks(base, SETTINGS).write(saved(), fingerprints(key), weights);
      base.writeCopy(directory.resolve("out"), weights);
    }
    return directory.resolve("out");
  }

  private boolean isOwn(Checkpoint base, EmbeddingSettings settings, String key, Path out) {
    return new OutputMarks(base, settings).isOwn(out, saved(), fingerprints(key));
  }

  private Path saved() {
    return directory.resolve("saved");
  }

  private static List<GeneratedFingerprint> fingerprints(String key) {
    return List.of(new GeneratedFingerprint(0, key, "tree", Optional.empty()));
  }
}
