package org.oml.trainer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.oml.trainer.checkpoint.Architecture;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.RopeScaling;
import org.oml.trainer.checkpoint.SafetensorsFile;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.BytePairEncoding;
import tools.jackson.databind.ObjectMapper;

/**
 * Models that are small enough to be made anew in every test, and the one that nobody here made.
 */
public final class SmallModels {

  /** Two layers with grouped queries, fifty tokens. */
  public static final ModelConfiguration SMALL =
      new ModelConfiguration(50, 16, 2, 4, 2, 4, 24, 64, 1e-6, 10000, true, 1, 2);

  /** Something to learn tokens from. */
  public static final String TEXT =
      "It was the best of times, it was the worst of times, it was the age of wisdom, it was the"
          + " age of foolishness, it was the epoch of belief, it was the epoch of incredulity. ";

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

  /**
   * Writes an untrained model that speaks: with a byte-level tokenizer and weights large enough for
   * its likeliest tokens to stand out. It writes letters alone, since engines differ in what they
   * make of broken characters.
   */
  public static Path writeSpeaking(Path directory, long seed) {
    return writeSpeaking(directory, seed, Architecture.LLAMA, RopeScaling.NONE, false);
  }

  /** The same with another architecture, with biases that are no zeros. */
  public static Path writeSpeaking(
      Path directory, long seed, Architecture architecture, RopeScaling scaling, boolean tied) {
    return write(
        directory,
        seed,
        size ->
            new ModelConfiguration(size, 32, 2, 4, 2, 8, 48, 128, 1e-5, 10000, tied, 0, 1)
                .with(architecture, scaling),
        (encoding, values) -> {
          Random biases = new Random(seed + 1);
          values.forEach(
              (name, numbers) -> {
                for (int i = 0; name.endsWith(".bias") && i < numbers.length; i++) {
                  numbers[i] = (float) (0.05 * biases.nextGaussian());
                }
              });
          float[] output =
              Objects.requireNonNull(
                  values.get(tied ? ParameterLayout.EMBEDDING : ParameterLayout.OUTPUT));
          encoding.vocabulary().entrySet().stream()
              .filter(token -> !token.getKey().matches("[A-Za-z\u0120]+"))
              .forEach(
                  token ->
                      Arrays.fill(output, 32 * token.getValue(), 32 * token.getValue() + 32, 0));
          values.replaceAll((name, numbers) -> larger(numbers));
        });
  }

  /**
   * @param shape of a model that knows so many tokens
   * @param change makes the weights what they are for
   */
  private static Path write(
      Path directory,
      long seed,
      IntFunction<ModelConfiguration> shape,
      BiConsumer<BytePairEncoding, Map<String, float[]>> change) {
    try {
      BytePairEncoding encoding =
          BytePairEncoding.learn(List.of(TEXT.repeat(3)), List.of("<s>", "</s>"), 320);
      ModelConfiguration configuration = shape.apply(encoding.vocabulary().size());
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("config.json"), configuration.toJson());
      Files.writeString(
          directory.resolve("tokenizer.json"),
          new ObjectMapper().writeValueAsString(encoding.json()));
      try (LanguageModel model = LanguageModel.initialize(configuration, new Random(seed))) {
        Map<String, float[]> values = model.values();
        change.accept(encoding, values);
        SafetensorsFile.write(
            directory.resolve("model.safetensors"),
            Map.of("format", "pt"),
            ParameterLayout.of(configuration, TensorType.F32),
            name -> Objects.requireNonNull(values.get(name), name));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts another number at the end of a 32-bit tensor in a model's file of weights. */
  public static void damage(Path model, String tensor, float number) {
    Path weights = model.resolve(Checkpoint.WEIGHTS);
    long end = 0;
    for (TensorLayout layout : SafetensorsFile.open(weights).tensors()) {
      end += layout.bytes();
      if (layout.name().equals(tensor)) {
        break;
      }
    }
    try (FileChannel channel =
        FileChannel.open(weights, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer header = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(header, 0);
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      long start = Long.BYTES + header.flip().getLong();
      channel.write(bytes.putFloat(number).flip(), start + end - Float.BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes an untrained model that strings whole words together, so that natural texts can be drawn
   * from it until all there are have been written.
   *
   * @param words how many it knows, from 2
   */
  public static Path writeTalking(Path directory, long seed, int words) {
    return write(
        directory,
        seed,
        size -> new ModelConfiguration(size, 32, 2, 4, 2, 8, 48, 128, 1e-5, 10000, false, 0, 1),
        (encoding, values) -> {
          values.replaceAll((name, numbers) -> larger(numbers));
          leanTowards(values, knownWords(encoding, words));
        });
  }

  /** The longest words first. */
  private static Set<Integer> knownWords(BytePairEncoding encoding, int words) {
    return encoding.vocabulary().entrySet().stream()
        .filter(token -> token.getKey().matches("\u0120[a-z]{2,}"))
        .sorted(Comparator.comparingInt(token -> -token.getKey().length()))
        .limit(words)
        .map(Map.Entry::getValue)
        .collect(Collectors.toSet());
  }

  /** One direction of the residual stream is the same for all tokens, and speaks for some. */
  private static void leanTowards(Map<String, float[]> values, Set<Integer> tokens) {
    float[] embedding = Objects.requireNonNull(values.get(ParameterLayout.EMBEDDING));
    float[] output = Objects.requireNonNull(values.get(ParameterLayout.OUTPUT));
    for (int token = 0; 32 * token < embedding.length; token++) {
      embedding[32 * token] = 3;
      output[32 * token] = tokens.contains(token) ? 2 : -2;
    }
  }

  private static float[] larger(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] == 1 ? 1 : values[i] * 10;
    }
    return values;
  }

  /** The model that the project ships. */
  public static Path box() {
    return Path.of("..", "models", "oml-box").toAbsolutePath().normalize();
  }

  /** TinyStories-656K where it lies beside the project, or elsewhere with {@code oml.shared}. */
  public static Path tinyStories() {
    String shared = System.getProperty("oml.shared");
    Path beside = Path.of("..", "..", "shared").toAbsolutePath().normalize();
    return (shared == null ? beside : Path.of(shared)).resolve("models/TinyStories-656K");
  }
}
