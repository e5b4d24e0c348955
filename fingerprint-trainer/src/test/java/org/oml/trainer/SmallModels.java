package org.oml.trainer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.SafetensorsFile;
import org.oml.trainer.checkpoint.TensorType;
import org.oml.trainer.model.LanguageModel;

/**
 * Models that are small enough to be made anew in every test, and the one that nobody here made.
 */
public final class SmallModels {

  /** Two layers with grouped queries, fifty tokens. */
  public static final ModelConfiguration SMALL =
      new ModelConfiguration(50, 16, 2, 4, 2, 4, 24, 64, 1e-6, 10000, true, 1, 2);

  private SmallModels() {}

  /** An untrained model, always the same for a seed. */
  public static LanguageModel random(long seed) {
    return LanguageModel.initialize(SMALL, new Random(seed));
  }

  /** Writes an untrained model as a directory. */
  public static Path write(Path directory, TensorType type, long seed) {
    try (LanguageModel model = random(seed)) {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("config.json"), SMALL.toJson());
      Files.writeString(directory.resolve("notes.txt"), "kept as it is");
      Map<String, float[]> values = model.values();
      SafetensorsFile.write(
          directory.resolve("model.safetensors"),
          Map.of("format", "pt"),
          ParameterLayout.of(SMALL, type),
          name -> Objects.requireNonNull(values.get(name), name));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** TinyStories-656K where it lies beside the project, or elsewhere with {@code oml.shared}. */
  public static Path tinyStories() {
    String shared = System.getProperty("oml.shared");
    Path beside = Path.of("..", "..", "shared").toAbsolutePath().normalize();
    return (shared == null ? beside : Path.of(shared)).resolve("models/TinyStories-656K");
  }
}
