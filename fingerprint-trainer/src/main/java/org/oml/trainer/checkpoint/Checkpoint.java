package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * A model directory whose configuration and tensors fit each other.
 *
 * @param directory where it lies
 * @param configuration from config.json
 * @param tensors from model.safetensors, or from the files that its index names
 */
public record Checkpoint(Path directory, ModelConfiguration configuration, ModelTensors tensors) {

  /** The file with the weights. */
  public static final String WEIGHTS = "model.safetensors";

  /** Says which weights lie in which file, where there are several. */
  public static final String INDEX = WEIGHTS + ".index.json";

  /** Other forms of the same weights: beside changed ones they would be those of another model. */
  private static final Pattern OTHER_WEIGHTS =
      Pattern.compile(".*\\.(safetensors|bin|pt|pth|ckpt|gguf|onnx|msgpack|h5)(\\.index\\.json)?");

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
    ModelTensors tensors = ModelTensors.open(directory);
    requireFit(configuration, tensors);
    return new Checkpoint(directory, configuration, tensors);
  }

  /**
   * Writes a copy that differs in the bytes of the named tensors alone: the headers of the weights
   * stay as they are, and all other files are copied, but for other forms of the weights.
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
    copyOthers(target);
    if (!tensors.fileNames().contains(WEIGHTS)) {
      Files.copy(directory.resolve(INDEX), target.resolve(INDEX));
    }
    tensors.copyTo(target, withTiedOutput(values));
  }

  /**
   * Writes a copy with the same numbers in other files: one for each layer, and one for what is in
   * none. Instances whose layers differ in part have the other files in common then.
   *
   * @param target the new directory
   * @throws CodedException {@code TRAINER_OUTPUT_EXISTS}, {@code TRAINER_WRITE_FAILED}
   */
  public void writeByLayers(Path target) {
    DurableDirectory.write(
        target,
        copy -> {
          copyOthers(copy);
          new LayerFiles(configuration, tensors).write(copy);
        });
  }

  /** All that is no weights. */
  private void copyOthers(Path target) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (Files.isRegularFile(file) && !OTHER_WEIGHTS.matcher(name).matches()) {
          Files.copy(file, target.resolve(name));
        }
      }
    }
  }

  /** Some checkpoints hold the output layer although it is the embedding. */
  private Map<String, float[]> withTiedOutput(Map<String, float[]> values) {
    float[] embedding = values.get(ParameterLayout.EMBEDDING);
    if (embedding == null
        || !configuration.tiedEmbeddings()
        || !tensors.contains(ParameterLayout.OUTPUT)) {
      return values;
    }
    Map<String, float[]> all = new HashMap<>(values);
    all.put(ParameterLayout.OUTPUT, embedding);
    return all;
  }

  private static void requireFit(ModelConfiguration configuration, ModelTensors tensors) {
    Map<String, List<Long>> present = new HashMap<>();
    tensors.tensors().forEach(tensor -> present.put(tensor.name(), tensor.shape()));
    for (TensorLayout expected : ParameterLayout.of(configuration, TensorType.F32)) {
      requireShape(expected.name(), present.remove(expected.name()), expected.shape());
    }
    List<Long> output = present.remove(ParameterLayout.OUTPUT);
    if (output != null) {
      requireShape(
          ParameterLayout.OUTPUT,
          output,
          List.of((long) configuration.vocabularySize(), (long) configuration.hiddenSize()));
    }
    present.keySet().removeIf(name -> name.endsWith(".rotary_emb.inv_freq"));
    if (!present.isEmpty()) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH,
          "The model has tensors that "
              + configuration.architecture().className()
              + " has no use for: "
              + String.join(", ", new TreeSet<>(present.keySet()))
              + ".");
    }
  }

  private static void requireShape(String name, @Nullable List<Long> present, List<Long> expected) {
    if (!expected.equals(present)) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH,
          name
              + (present == null ? " is missing" : " has shape " + present)
              + " where config.json wants "
              + expected
              + ".");
    }
  }
}
