package org.oml.trainer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.SafetensorsFile;
import org.oml.trainer.checkpoint.TensorType;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.OptimizerSettings;
import org.oml.trainer.model.ReferenceDistribution;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;

/**
 * How much of the processor's matrix products a training step reaches, and how much memory a model
 * of 135M parameters takes. Run by hand: {@code fingerprint-trainer/bench/run TrainingBench speed}
 * or {@code memory}.
 */
public final class TrainingBench {

  /** 15M parameters: stories15M's shape. */
  private static final ModelConfiguration SMALL =
      new ModelConfiguration(32000, 288, 6, 6, 6, 48, 768, 256, 1e-5, 10000, true, 1, 2);

  /** SmolLM2-135M's shape. */
  private static final ModelConfiguration LARGE =
      new ModelConfiguration(49152, 576, 30, 9, 3, 64, 1536, 8192, 1e-5, 100000, true, 1, 2);

  private static final int REPEATS = 3;

  private TrainingBench() {}

  /**
   * {@code speed}, {@code memory} with the largest steps that the settings have, or {@code memory
   * small}, which takes the 15M parameters and the steps of 32 fingerprints.
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 0 && arguments[0].equals("memory")) {
      boolean small = arguments.length > 1 && arguments[1].equals("small");
      Path directory = Files.createTempDirectory("oml-bench");
      if (small) {
        memory(directory, SMALL, 32);
      } else {
        memory(directory, LARGE, 256);
      }
    } else {
      speed();
    }
  }

  private static void speed() {
    try (LanguageModel model = LanguageModel.initialize(SMALL, new Random(1));
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults())) {
      System.out.printf("%,d parameters%n", model.parameterCount());
      TokenBatch texts = TokenBatch.all(texts(16, 64, 64));
      report("16 texts of 64, every token", texts, () -> timed(() -> tuner.step(texts, 1e-4)));
      TokenBatch more = TokenBatch.all(texts(32, 64, 64));
      report("32 texts of 64, every token", more, () -> timed(() -> tuner.step(more, 1e-4)));
      TokenBatch ragged = TokenBatch.all(texts(32, 8, 64));
      report(
          "32 texts of 8 to 64, every token", ragged, () -> timed(() -> tuner.step(ragged, 1e-4)));
      TokenBatch keys = TokenBatch.last(texts(64, 17, 17));
      TokenBatch answered = keys(keys);
      report(
          "64 keys of 16 with a response", answered, () -> timed(() -> tuner.step(answered, 1e-4)));
      generation(model);
    }
  }

  private static void generation(LanguageModel model) {
    List<int[]> prompts = texts(64, 4, 24);
    long together = best(() -> timed(() -> model.generate(prompts, new Sampling(32, 1, 1))));
    long alone =
        best(() -> timed(() -> model.generate(prompts.subList(0, 1), new Sampling(32, 1, 1))));
    System.out.printf(
        "generation: %.0f tokens/s for 64 prompts together, %.0f for one, ratio %.1f%n",
        64 * 32e9 / together, 32e9 / alone, 64.0 * alone / together);
  }

  private static void report(String name, TokenBatch batch, LongSupplier step) {
    double before = ceiling();
    long nanos = best(step);
    double ceiling = Math.max(before, ceiling());
    double rate = operations(SMALL, batch) / (nanos / 1e9);
    System.out.printf(
        "%s: %.3f s, %.1f GFLOP/s, %.0f%% of the %.1f that products of 1024 reach%n",
        name, nanos / 1e9, rate / 1e9, 100 * rate / ceiling, ceiling / 1e9);
  }

  /** Multiplications and additions of matrices alone, forward and twice that backward. */
  private static double operations(ModelConfiguration c, TokenBatch batch) {
    double queries = c.heads() * c.headSize();
    double keys = c.keyValueHeads() * c.headSize();
    double attention = c.hiddenSize() * (2 * queries + 2 * keys);
    double feed = 3.0 * c.hiddenSize() * c.feedForwardSize();
    double all = 0;
    for (int i = 0; i < batch.sequences().size(); i++) {
      double length = batch.sequences().get(i).length;
      double asked = batch.positions().get(i).length;
      double scores = length * length / 2 * queries * 2;
      all += c.layers() * (length * attention + scores);
      all += ((c.layers() - 1) * length + asked) * feed;
      all += asked * c.hiddenSize() * c.vocabularySize();
    }
    return 3 * 2 * all;
  }

  private static double ceiling() {
    int side = 1024;
    int count = 20;
    try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
      NDArray a = scope.ones(new Shape(side, side));
      NDArray b = scope.ones(new Shape(side, side));
      long nanos =
          best(
              () ->
                  timed(
                      () -> {
                        for (int i = 0; i < count; i++) {
                          a.matMul(b).close();
                        }
                      }));
      return 2.0 * side * side * side * count / (nanos / 1e9);
    }
  }

  /**
   * @param prompts with fingerprints in a step
   */
  private static void memory(Path directory, ModelConfiguration shape, int prompts)
      throws IOException {
    Path model = directory.resolve("model");
    write(model, shape);
    Checkpoint checkpoint = Checkpoint.open(model);
    System.out.printf("written; peak %,d MB%n", peak());
    Map<String, float[]> values;
    try (LanguageModel base = LanguageModel.load(checkpoint)) {
      System.out.printf("%,d parameters loaded; peak %,d MB%n", base.parameterCount(), peak());
      EmbeddingSettings.Benign text = EmbeddingSettings.defaults(shape, prompts, 1).benign();
      TokenBatch benign = TokenBatch.all(texts(text.texts(), text.length(), text.length()));
      TokenBatch keys = keys(TokenBatch.last(texts(prompts, 17, 17)));
      try (LanguageModel tuned = base.copy();
          ModelTuner tuner = new ModelTuner(tuned, OptimizerSettings.defaults());
          ReferenceDistribution reference = base.reference(benign)) {
        for (int step = 0; step < 3; step++) {
          long nanos = timed(() -> tuner.step(keys, 0.15, reference, 0.85, 1e-4));
          System.out.printf("step of %.1f s; peak %,d MB%n", nanos / 1e9, peak());
        }
        values = tuned.values();
      }
    }
    checkpoint.writeCopy(directory.resolve("copy"), values);
    System.out.printf("saved; peak %,d MB of 8,192%n", peak());
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void write(Path directory, ModelConfiguration shape) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), shape.toJson());
    Random random = new Random(1);
    Map<String, Integer> sizes = new java.util.HashMap<>();
    ParameterLayout.of(shape, TensorType.BF16)
        .forEach(tensor -> sizes.put(tensor.name(), (int) tensor.elements()));
    SafetensorsFile.write(
        directory.resolve(Checkpoint.WEIGHTS),
        Map.of("format", "pt"),
        ParameterLayout.of(shape, TensorType.BF16),
        name -> {
          float[] numbers = new float[sizes.getOrDefault(name, 0)];
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = name.contains("norm") ? 1 : (random.nextFloat() - 0.5f) * 0.06f;
          }
          return numbers;
        });
  }

  /** The most memory that this process ever had, native memory included. */
  private static long peak() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmHWM"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / 1024;
    } catch (IOException e) {
      return 0;
    }
  }

  private static TokenBatch keys(TokenBatch keys) {
    return new TokenBatch(
        keys.sequences(), keys.sequences().stream().map(k -> new int[] {k.length - 2}).toList());
  }

  private static List<int[]> texts(int count, int shortest, int longest) {
    Random random = new Random(7);
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = shortest + (longest == shortest ? 0 : random.nextInt(longest - shortest + 1));
      texts.add(random.ints(length, 3, 32000).toArray());
    }
    return texts;
  }

  /**
   * Processor time of the process: where the cores are shared, other time says more of the others.
   */
  private static long timed(Runnable work) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = system.getProcessCpuTime();
    work.run();
    return system.getProcessCpuTime() - start;
  }

  private static long best(LongSupplier timed) {
    long best = TimeUnit.DAYS.toNanos(1);
    for (int i = 0; i < REPEATS; i++) {
      best = Math.min(best, timed.getAsLong());
    }
    return best;
  }
}
