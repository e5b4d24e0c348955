package org.oml.trainer.fingerprint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.DurableFile;
import org.oml.trainer.checkpoint.SafetensorsFile;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;

/**
 * Where an embedding is: with it a run that was killed goes on as if nothing had been. What is
 * drawn follows from the seed and the step, so that no generator needs to be kept.
 *
 * @param step steps done
 * @param settling steps of settling done; −1 while it still learns
 * @param best the most that were learnt at a look since the last settling
 * @param weights by tensor name
 * @param optimizer its memory
 */
record TrainingState(
    int step,
    int settling,
    Embedding.Look best,
    Map<String, float[]> weights,
    List<float[]> optimizer) {

  /** The file's name in the directory. */
  static final String FILE = "embedding.safetensors";

  private static final String OPTIMIZER = "optimizer.";

  /**
   * Replaces what was saved before, whole or not at all.
   *
   * @param run tells this run from others
   * @throws CodedException {@link TrainerError#WRITE_FAILED}; {@link TrainerError#TENSOR_MISMATCH}
   *     for weights that are no numbers any more
   */
  void write(Path directory, String run) {
    Map<String, float[]> all = new LinkedHashMap<>(weights);
    for (int i = 0; i < optimizer.size(); i++) {
      all.put(OPTIMIZER + i, optimizer.get(i));
    }
    List<TensorLayout> layouts =
        all.entrySet().stream()
            .map(
                one ->
                    new TensorLayout(
                        one.getKey(), TensorType.F32, List.of((long) one.getValue().length)))
            .toList();
    Map<String, String> metadata =
        Map.of(
            "version", "1",
            "run", run,
            "step", "" + step,
            "settling", "" + settling,
            "best", "" + best.learnt(),
            "bestStep", "" + best.step());
    DurableFile.replace(
        directory.resolve(FILE),
        incomplete ->
            SafetensorsFile.write(
                incomplete,
                metadata,
                layouts,
                name -> Objects.requireNonNull(all.get(name), name)));
  }

  /**
   * What was saved last; empty where nothing was.
   *
   * @throws CodedException {@link TrainerError#EMBEDDING_OTHER} for another run's
   */
  static Optional<TrainingState> read(Path directory, String run) {
    Path path = directory.resolve(FILE);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    if (!run.equals(file.metadata().get("run")) || !"1".equals(file.metadata().get("version"))) {
      throw new CodedException(
          TrainerError.EMBEDDING_OTHER,
          directory + " holds the training of another model, other fingerprints or settings.");
    }
    Map<String, float[]> weights = new LinkedHashMap<>();
    List<float[]> optimizer = new ArrayList<>();
    for (TensorLayout tensor : file.tensors()) {
      if (!tensor.name().startsWith(OPTIMIZER)) {
        weights.put(tensor.name(), file.values(tensor.name()));
      }
    }
    int slots = file.tensors().size() - weights.size();
    for (int i = 0; i < slots; i++) {
      optimizer.add(file.values(OPTIMIZER + i));
    }
    return Optional.of(
        new TrainingState(
            Integer.parseInt(file.metadata().getOrDefault("step", "0")),
            Integer.parseInt(file.metadata().getOrDefault("settling", "-1")),
            new Embedding.Look(
                Integer.parseInt(file.metadata().getOrDefault("best", "0")),
                Integer.parseInt(file.metadata().getOrDefault("bestStep", "0"))),
            weights,
            optimizer));
  }
}
