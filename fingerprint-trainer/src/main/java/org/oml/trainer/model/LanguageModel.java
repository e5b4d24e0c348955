package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.ScriptModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;

/**
 * A Llama in memory, in 32-bit floats. It is used by one thread at a time; closing it frees its
 * native memory. Probabilities are in nats.
 */
public final class LanguageModel implements AutoCloseable {

  /** So many logits are computed at once at most, so that memory stays bounded (256 MB). */
  private static final int LOGITS_AT_ONCE = 1 << 26;

  private static final int TOKENS_BETWEEN_LOOKS = 16;

  private final ModelConfiguration configuration;
  private final NDManager manager = TorchEngine.newManager();
  private final ScriptModule program;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final NDArray cosines;
  private final NDArray sines;

  private LanguageModel(ModelConfiguration configuration, Map<String, float[]> values) {
    this.configuration = configuration;
    program = new ScriptModule(manager, LlamaProgram.METHODS);
    for (TensorLayout tensor : ParameterLayout.of(configuration, TensorType.F32)) {
      long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
      float[] numbers = Objects.requireNonNull(values.get(tensor.name()), tensor.name());
      NDArray parameter = manager.create(numbers, new Shape(shape));
      parameter.setRequiresGradient(true);
      parameters.put(tensor.name(), parameter);
    }
    Shape tableShape = new Shape(1, 1, configuration.contextLength(), configuration.headSize());
    cosines = manager.create(RotaryTable.cosines(configuration), tableShape);
    sines = manager.create(RotaryTable.sines(configuration), tableShape);
  }

  /**
   * Loads a directory in Hugging Face layout.
   *
   * @throws org.oml.protocol.CodedException as {@link Checkpoint#open}
   */
  public static LanguageModel load(Path directory) {
    return load(Checkpoint.open(directory));
  }

  /**
   * Loads the weights of a checkpoint.
   *
   * @throws CodedException {@code TRAINER_TENSOR_MISMATCH} for weights that are not finite
   */
  public static LanguageModel load(Checkpoint checkpoint) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (TensorLayout tensor : ParameterLayout.of(checkpoint.configuration(), TensorType.F32)) {
      float[] numbers = checkpoint.tensors().values(tensor.name());
      requireFinite(tensor.name(), numbers);
      values.put(tensor.name(), numbers);
    }
    return new LanguageModel(checkpoint.configuration(), values);
  }

  /** A model of given numbers, by tensor name. */
  public static LanguageModel of(ModelConfiguration configuration, Map<String, float[]> values) {
    return new LanguageModel(configuration, values);
  }

  /**
   * An untrained model: norms at one, matrices normal with deviation 0.02, those that write to the
   * residual stream smaller by the square root of twice the layers.
   */
  public static LanguageModel initialize(ModelConfiguration configuration, RandomGenerator random) {
    Map<String, float[]> values = new LinkedHashMap<>();
    double residual = 0.02 / Math.sqrt(2.0 * configuration.layers());
    for (TensorLayout tensor : ParameterLayout.of(configuration, TensorType.F32)) {
      float[] numbers = new float[Math.toIntExact(tensor.elements())];
      String name = tensor.name();
      double deviation =
          name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight") ? residual : 0.02;
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = tensor.shape().size() == 1 ? 1 : (float) (deviation * random.nextGaussian());
      }
      values.put(name, numbers);
    }
    return new LanguageModel(configuration, values);
  }

  /** Its shape. */
  public ModelConfiguration configuration() {
    return configuration;
  }

  /** A copy of all weights by tensor name, as {@link Checkpoint#writeCopy} takes them. */
  public Map<String, float[]> values() {
    Map<String, float[]> values = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> values.put(name, parameter.toFloatArray()));
    return values;
  }

  /** Takes weights over, by tensor name; what is not named stays. */
  public void setValues(Map<String, float[]> values) {
    List<NDArray> changed = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> numbers = new ArrayList<>();
      parameters.forEach(
          (name, parameter) -> {
            float[] given = values.get(name);
            if (given != null) {
              changed.add(parameter);
              numbers.add(scope.create(given, parameter.getShape()));
            }
          });
      if (!changed.isEmpty()) {
        program.run("assign", changed, numbers);
      }
    }
  }

  /** How many numbers were trained. */
  public long parameterCount() {
    return parameters.values().stream().mapToLong(NDArray::size).sum();
  }

  /**
   * Log-probabilities of the token after each sequence.
   *
   * @param sequences each at least one token and at most the context long
   * @return for each sequence a row of vocabulary size, in nats
   */
  public float[][] nextTokenLogProbabilities(List<int[]> sequences) {
    return logProbabilities(TokenBatch.last(sequences));
  }

  /**
   * Log-probabilities at the positions of a batch: rows of vocabulary size in the order of the
   * batch, in nats.
   */
  public float[][] logProbabilities(TokenBatch batch) {
    return rows(batch, "log_probabilities");
  }

  /** Logits at the positions of a batch: rows of vocabulary size in the order of the batch. */
  public float[][] logits(TokenBatch batch) {
    return rows(batch, "logits");
  }

  /** The most probable next token at each position of a batch. */
  public int[] predictions(TokenBatch batch) {
    int[] all = new int[batch.size()];
    int filled = 0;
    for (TokenBatch part : parts(batch)) {
      try (NDManager scope = manager.newSubManager()) {
        for (long token : call(scope, "predictions", part).toLongArray()) {
          all[filled++] = (int) token;
        }
      }
    }
    return all;
  }

  /** How improbable the actual next token is at each position of a batch, in nats. */
  public float[] losses(TokenBatch batch) {
    float[] all = new float[batch.size()];
    int filled = 0;
    for (TokenBatch part : parts(batch)) {
      try (NDManager scope = manager.newSubManager()) {
        float[] losses = call(scope, "losses", part, scope.create(part.targets())).toFloatArray();
        System.arraycopy(losses, 0, all, filled, losses.length);
        filled += losses.length;
      }
    }
    return all;
  }

  /**
   * Log-probabilities kept in native memory, to distil a model towards this one.
   *
   * @return to be closed by the caller; valid as long as this model
   */
  public ReferenceDistribution reference(TokenBatch batch) {
    requireContext(batch.width());
    try (NDManager scope = manager.newSubManager()) {
      NDArray rows = call(scope, "log_probabilities", batch);
      rows.attach(manager);
      return new ReferenceDistribution(batch, rows);
    }
  }

  /**
   * Continues each prompt.
   *
   * @param prompts each at least one token; together with {@code sampling.tokens()} within the
   *     context
   * @return for each prompt the new tokens alone, up to and without the end token
   */
  public List<int[]> generate(List<int[]> prompts, Sampling sampling) {
    TorchEngine.seed(sampling.seed());
    Map<Integer, List<Integer>> byLength = new TreeMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      byLength.computeIfAbsent(prompts.get(i).length, length -> new ArrayList<>()).add(i);
    }
    int[][] continuations = new int[prompts.size()][];
    for (List<Integer> rows : byLength.values()) {
      List<int[]> generated =
          generateEqualLengths(rows.stream().map(prompts::get).toList(), sampling);
      for (int i = 0; i < rows.size(); i++) {
        continuations[rows.get(i)] = generated.get(i);
      }
    }
    return List.of(continuations);
  }

  @Override
  public void close() {
    program.close();
    manager.close();
  }

  NDManager manager() {
    return manager;
  }

  ScriptModule program() {
    return program;
  }

  Map<String, NDArray> parameters() {
    return parameters;
  }

  /** What every method of the program takes at its end. */
  Object[] withShape(Object... arguments) {
    Object[] shape = {
      cosines,
      sines,
      List.copyOf(parameters.values()),
      configuration.layers(),
      configuration.heads(),
      configuration.keyValueHeads(),
      configuration.headSize(),
      configuration.normEpsilon()
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + shape.length);
    System.arraycopy(shape, 0, all, arguments.length, shape.length);
    return all;
  }

  static NDArray tokens(NDManager scope, TokenBatch batch) {
    return scope.create(batch.flatTokens(), new Shape(batch.sequences().size(), batch.width()));
  }

  void requireContext(int tokens) {
    if (tokens > configuration.contextLength()) {
      throw new IllegalArgumentException(
          tokens + " tokens do not fit into a context of " + configuration.contextLength());
    }
  }

  private static void requireFinite(String name, float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw new CodedException(
            TrainerError.TENSOR_MISMATCH, name + " holds a number that is not finite.");
      }
    }
  }

  private NDArray call(NDManager scope, String method, TokenBatch batch, Object... more) {
    Object[] arguments = new Object[2 + more.length];
    arguments[0] = tokens(scope, batch);
    arguments[1] = scope.create(batch.flatPositions());
    System.arraycopy(more, 0, arguments, 2, more.length);
    return program.tensor(scope, method, withShape(arguments));
  }

  private float[][] rows(TokenBatch batch, String method) {
    int vocabulary = configuration.vocabularySize();
    float[][] rows = new float[batch.size()][];
    int filled = 0;
    for (TokenBatch part : parts(batch)) {
      try (NDManager scope = manager.newSubManager()) {
        float[] flat = call(scope, method, part).toFloatArray();
        for (int start = 0; start < flat.length; start += vocabulary) {
          rows[filled++] = Arrays.copyOfRange(flat, start, start + vocabulary);
        }
      }
    }
    return rows;
  }

  /** Whole sequences together as long as their logits fit. */
  private List<TokenBatch> parts(TokenBatch batch) {
    requireContext(batch.width());
    List<TokenBatch> parts = new ArrayList<>();
    long each = (long) Math.max(batch.width(), 1) * configuration.vocabularySize();
    int rows = Math.clamp(LOGITS_AT_ONCE / each, 1, 512);
    for (int from = 0; from < batch.sequences().size(); from += rows) {
      int to = Math.min(from + rows, batch.sequences().size());
      parts.add(
          new TokenBatch(batch.sequences().subList(from, to), batch.positions().subList(from, to)));
    }
    return parts;
  }

  private List<int[]> generateEqualLengths(List<int[]> prompts, Sampling sampling) {
    int length = prompts.getFirst().length;
    int capacity = length + sampling.tokens();
    requireContext(capacity);
    int[][] generated = new int[prompts.size()][sampling.tokens()];
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> keys = cache(scope, prompts.size(), capacity);
      List<NDArray> values = cache(scope, prompts.size(), capacity);
      NDArray current = tokens(scope, TokenBatch.last(prompts));
      int position = 0;
      int done = 0;
      while (done < sampling.tokens() && !allEnded(generated, done)) {
        int count = Math.min(TOKENS_BETWEEN_LOOKS, sampling.tokens() - done);
        int width = (int) current.getShape().get(1);
        NDArray next =
            generateSome(scope, current, position, count, keys, values, sampling.temperature());
        copy(next.toLongArray(), generated, done, count);
        position += width + count - 1;
        done += count;
        current = next.get(":," + (count - 1) + ":");
      }
      int produced = done;
      return Arrays.stream(generated).map(row -> upToEnd(row, produced)).toList();
    }
  }

  private NDArray generateSome(
      NDManager scope,
      NDArray current,
      int position,
      int count,
      List<NDArray> keys,
      List<NDArray> values,
      double temperature) {
    Object[] shape = withShape();
    Object[] arguments = new Object[3 + shape.length + 3];
    arguments[0] = current;
    arguments[1] = position;
    arguments[2] = count;
    arguments[3] = shape[0];
    arguments[4] = shape[1];
    arguments[5] = keys;
    arguments[6] = values;
    arguments[7] = temperature;
    System.arraycopy(shape, 2, arguments, 8, shape.length - 2);
    return program.tensor(scope, "generate", arguments);
  }

  private List<NDArray> cache(NDManager scope, int rows, int capacity) {
    List<NDArray> layers = new ArrayList<>();
    for (int layer = 0; layer < configuration.layers(); layer++) {
      layers.add(
          scope.zeros(
              new Shape(rows, configuration.keyValueHeads(), capacity, configuration.headSize())));
    }
    return layers;
  }

  private static void copy(long[] tokens, int[][] rows, int column, int count) {
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < count; i++) {
        rows[row][column + i] = (int) tokens[row * count + i];
      }
    }
  }

  private boolean allEnded(int[][] rows, int produced) {
    return Arrays.stream(rows).allMatch(row -> upToEnd(row, produced).length < produced);
  }

  private int[] upToEnd(int[] row, int produced) {
    int end = 0;
    while (end < produced && row[end] != configuration.endToken()) {
      end++;
    }
    return Arrays.copyOf(row, end);
  }
}
