package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/**
 * The tensors of a model directory: in one file, or in several with an index that says which tensor
 * lies where. The index is believed only where the files say the same.
 */
public final class ModelTensors {

  private final Path directory;
  private final Map<String, SafetensorsFile> files;
  private final Map<String, SafetensorsFile> places = new LinkedHashMap<>();

  private ModelTensors(Path directory, Map<String, SafetensorsFile> files) {
    this.directory = directory;
    this.files = files;
    files
        .values()
        .forEach(file -> file.tensors().forEach(tensor -> places.put(tensor.name(), file)));
  }

  /**
   * Opens {@code model.safetensors}, or where there is none the files of {@code
   * model.safetensors.index.json}; reads the headers alone.
   *
   * @throws CodedException {@code TRAINER_MODEL_MISSING}, {@code TRAINER_SAFETENSORS_INVALID}
   */
  static ModelTensors open(Path directory) {
    Path index = directory.resolve(Checkpoint.INDEX);
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    if (Files.exists(directory.resolve(Checkpoint.WEIGHTS)) || !Files.exists(index)) {
      files.put(Checkpoint.WEIGHTS, SafetensorsFile.open(directory.resolve(Checkpoint.WEIGHTS)));
      return new ModelTensors(directory, files);
    }
    Map<String, String> homes = ShardIndex.read(index);
    for (String name : new TreeSet<>(homes.values())) {
      SafetensorsFile file = SafetensorsFile.open(directory.resolve(name));
      for (TensorLayout tensor : file.tensors()) {
        if (!name.equals(homes.get(tensor.name()))) {
          throw new CodedException(
              TrainerError.SAFETENSORS_INVALID,
              tensor.name() + " lies in " + name + " where the index has it elsewhere.");
        }
      }
      files.put(name, file);
    }
    ModelTensors tensors = new ModelTensors(directory, files);
    for (Map.Entry<String, String> home : homes.entrySet()) {
      if (!tensors.places.containsKey(home.getKey())) {
        throw new CodedException(
            TrainerError.SAFETENSORS_INVALID,
            "The index has " + home.getKey() + " in " + home.getValue() + ", which lacks it.");
      }
    }
    return tensors;
  }

  /** All tensors, file by file in the order in which their data lies there. */
  public List<TensorLayout> tensors() {
    List<TensorLayout> all = new ArrayList<>();
    files.values().forEach(file -> all.addAll(file.tensors()));
    return List.copyOf(all);
  }

  /**
   * The numbers of a tensor, rows first, widened to 32 bits.
   *
   * @throws CodedException {@code TRAINER_TENSOR_MISMATCH} when there is no tensor of that name, or
   *     it holds a number that is not finite: nothing is computed from such weights or written
   */
  public float[] values(String name) {
    SafetensorsFile file = places.get(name);
    if (file == null) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH, directory.getFileName() + " has no tensor " + name + ".");
    }
    float[] numbers = file.values(name);
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw new CodedException(
            TrainerError.TENSOR_MISMATCH, name + " holds a number that is not finite.");
      }
    }
    return numbers;
  }

  /** The free text of the header of each file. */
  public List<Map<String, String>> metadata() {
    return files.values().stream().map(SafetensorsFile::metadata).toList();
  }

  boolean contains(String name) {
    return places.containsKey(name);
  }

  /** The names of the files that hold weights. */
  List<String> fileNames() {
    return List.copyOf(files.keySet());
  }

  /** Writes each file again with other numbers, see {@link SafetensorsFile#copyTo}. */
  void copyTo(Path target, Map<String, float[]> changed) throws IOException {
    for (Map.Entry<String, SafetensorsFile> file : files.entrySet()) {
      file.getValue().copyTo(target.resolve(file.getKey()), changed);
    }
  }
}
