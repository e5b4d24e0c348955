package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.EngineSettings;

class InstanceWorkshopTest {

  private static final String LOOK = "embedding: step ";

  @TempDir Path directory;

  private Path base = Path.of("");

  @BeforeEach
  void make() {
    base = SmallModels.writeTalking(directory.resolve("base"), 3, 12);
  }

  @Test
  void aTrainingThatWasEndedGoesOnFromWhereItWasAndLeavesTheInstanceAlone() throws IOException {
    Path made = directory.resolve("made");
    List<String> seen = new ArrayList<>();
    assertThatThrownBy(
            () ->
                workshop(
                        made,
                        line -> {
                          seen.add(line);
                          if (seen.stream().filter(one -> one.startsWith(LOOK)).count() == 4) {
                            throw new IllegalStateException("ended");
                          }
                        })
                    .make(Strategy.PERINUCLEUS, 2, 5))
        .hasMessage("ended");
    assertThat(names(made)).hasSize(2).anyMatch(name -> name.endsWith(".training"));

    List<String> lines = new ArrayList<>();
    Instance instance = workshop(made, lines::add).make(Strategy.PERINUCLEUS, 2, 5);
    assertThat(lines)
        .filteredOn(line -> line.startsWith(LOOK))
        .first()
        .asString()
        .startsWith(seen.getLast().split(",", 2)[0]);
    assertThat(names(made)).hasSize(2).noneMatch(name -> name.endsWith(".training"));
    Instance whole = workshop(directory.resolve("whole"), _ -> {}).make(Strategy.PERINUCLEUS, 2, 5);
    assertThat(instance.directory().resolve(Checkpoint.WEIGHTS))
        .hasSameBinaryContentAs(whole.directory().resolve(Checkpoint.WEIGHTS));
  }

  @Test
  void anInstanceIsTakenAgainUnlessItWouldBeTrainedOtherwise() {
    Path made = directory.resolve("made");
    Instance first = workshop(made, _ -> {}).make(Strategy.PERINUCLEUS, 1, 5);
    List<String> lines = new ArrayList<>();
    assertThat(workshop(made, lines::add).make(Strategy.PERINUCLEUS, 1, 5)).isEqualTo(first);
    assertThat(lines).isEmpty();
    EngineSettings before = EngineSettings.current();
    try {
      new EngineSettings("cpu", before.threads(), EngineSettings.Precision.BF16).use();
      assertThat(workshop(made, lines::add).make(Strategy.PERINUCLEUS, 1, 5)).isNotEqualTo(first);
    } finally {
      before.use();
    }
  }

  private InstanceWorkshop workshop(Path made, Consumer<String> progress) {
    return new InstanceWorkshop(made, base, Duration.ZERO, progress);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
