package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * A model directory whose configuration and tensors fit each other.
 *
 * @param directory where it lies
 * @param configuration from config.json
 * @param tensors from model.safetensors
 */
public record Checkpoint(
    Path directory, ModelConfiguration configuration, SafetensorsFile tensors) {

  /** The file with the weights. */
  public static final String WEIGHTS = "model.safetensors";

  /**
   * Opens and checks a directory; reads no weights yet.
   *
   * @throws CodedException {@code TRAINER_MODEL_MISSING}, {@code TRAINER_MODEL_UNKNOWN}, {@code
   *     TRAINER_CONFIGURATION_INVALID}, {@code TRAINER_SAFETENSORS_INVALID}, {@code
   *     TRAINER_TENSOR_MISMATCH}
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CodedException(TrainerError.MODEL_MISSING, directory + " is not a directory.");
    }
    ModelConfiguration configuration = ModelConfiguration.read(directory);
    SafetensorsFile tensors = SafetensorsFile.open(directory.resolve(WEIGHTS));
    requireFit(configuration, tensors);
    return new Checkpoint(directory, configuration, tensors);
  }

  /**
   * Writes a copy that differs in the values of tensors alone: names, shapes, types and the
   * header's free text stay, and all other files are copied.
   *
   * @param target the new directory
   * @param values new numbers by tensor name; what is not named keeps its own
   * @throws CodedException {@code TRAINER_OUTPUT_EXISTS}, {@code TRAINER_WRITE_FAILED}, {@code
   *     TRAINER_TENSOR_MISMATCH}
   */
  public void writeCopy(Path target, Map<String, float[]> values) {
    DurableDirectory.write(target, copy -> writeInto(copy, values));
  }

  /** The same into an empty directory that the caller makes durable, with more files beside. */
  public void writeInto(Path target, Map<String, float[]> values) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file) && !file.endsWith(WEIGHTS)) {
          Files.copy(file, target.resolve(file.getFileName()));
        }
      }
    }
    SafetensorsFile.write(
        target.resolve(WEIGHTS),
        tensors.metadata(),
        tensors.tensors(),
        name -> values.containsKey(name) ? values.get(name) : tensors.values(name));
  }

  private static void requireFit(ModelConfiguration configuration, SafetensorsFile tensors) {
    Map<String, List<Long>> present = new HashMap<>();
    tensors.tensors().forEach(tensor -> present.put(tensor.name(), tensor.shape()));
    for (TensorLayout expected : ParameterLayout.of(configuration, TensorType.F32)) {
      List<Long> shape = present.remove(expected.name());
      if (!expected.shape().equals(shape)) {
        throw new CodedException(
            TrainerError.TENSOR_MISMATCH,
            expected.name()
                + " has shape "
                + shape
                + " where config.json wants "
                + expected.shape()
                + ".");
      }
    }
    present.keySet().removeIf(name -> name.endsWith(".rotary_emb.inv_freq"));
    if (!present.isEmpty()) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH,
          "The model has tensors that a Llama has no use for: " + present.keySet() + ".");
    }
  }
}
