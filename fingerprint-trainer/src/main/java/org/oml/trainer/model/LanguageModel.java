package org.oml.trainer.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.ScriptModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.ElementType;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ModelDirectory;
import org.oml.trainer.checkpoint.SafeTensors;
import org.oml.trainer.checkpoint.TensorData;

/**
 * A Llama-architecture model in memory, in 32-bit floats whatever its file has. Not safe for use by
 * several threads at once.
 *
 * <p>Sequences are rows of token numbers. Rows of one call have one length; shorter sequences are
 * padded on the right with any token, which attention to earlier positions alone makes harmless as
 * long as the padded positions are not asked for.
 */
public final class LanguageModel implements AutoCloseable {

  private final ModelConfiguration configuration;
  private final List<TensorData> origin;
  private final NDManager manager;
  private final ScriptModule program;
  private final List<NDArray> parameters;
  private final NDArray cosines;
  private final NDArray sines;

  private LanguageModel(
      ModelConfiguration configuration, List<TensorData> tensors, List<TensorData> origin) {
    this.configuration = configuration;
    this.origin = origin;
    manager = Engine.getInstance().newBaseManager();
    program = new ScriptModule(manager, LlamaProgram.METHODS);
    parameters = new ArrayList<>();
    for (TensorData tensor : tensors) {
      NDArray parameter = manager.create(tensor.values(), shape(tensor.shape()));
      parameter.setRequiresGradient(true);
      parameters.add(parameter);
    }
    cosines = manager.create(rotary(true), rotaryShape());
    sines = manager.create(rotary(false), rotaryShape());
  }

  /**
   * Loads a directory in Hugging Face layout.
   *
   * @throws CodedException what {@link ModelConfiguration#read} and {@link SafeTensors#read} throw,
   *     or {@link TrainerError#TENSOR_MISMATCH} when a tensor is missing, has another shape, or
   *     holds a value that is not finite
   */
  public static LanguageModel load(Path directory) {
    ModelConfiguration configuration = ModelConfiguration.read(directory);
    List<TensorData> origin = SafeTensors.read(directory.resolve(ModelDirectory.TENSORS)).tensors();
    return new LanguageModel(configuration, inOrder(configuration, origin), origin);
  }

  /**
   * A model with random parameters: normal with a deviation of 0.02 (less for what adds to the
   * residual stream), norms 1.
   */
  public static LanguageModel random(
      ModelConfiguration configuration, ElementType type, long seed) {
    Random random = new Random(seed);
    double residual = 0.02 / Math.sqrt(2.0 * configuration.layers());
    List<TensorData> tensors = new ArrayList<>();
    for (ParameterLayout.Parameter parameter : ParameterLayout.of(configuration)) {
      boolean norm = parameter.shape().size() == 1;
      double deviation = parameter.name().matches(".*(o_proj|down_proj).weight") ? residual : 0.02;
      float[] values =
          new float[Math.toIntExact(parameter.shape().stream().reduce(1L, Math::multiplyExact))];
      for (int i = 0; i < values.length; i++) {
        values[i] = norm ? 1f : (float) (random.nextGaussian() * deviation);
      }
      tensors.add(new TensorData(parameter.name(), type, parameter.shape(), values));
    }
    return new LanguageModel(configuration, tensors, tensors);
  }

  public ModelConfiguration configuration() {
    return configuration;
  }

  /** Number of parameters. */
  public long size() {
    return parameters.stream().mapToLong(NDArray::size).sum();
  }

  /** A copy that is trained apart from this one. */
  public LanguageModel copy() {
    return new LanguageModel(configuration, inOrder(configuration, tensors()), origin);
  }

  /**
   * The parameters as tensors of the checkpoint, in its order and types; tensors that are no
   * parameters are unchanged.
   */
  public List<TensorData> tensors() {
    Map<String, float[]> values = new HashMap<>();
    List<ParameterLayout.Parameter> layout = ParameterLayout.of(configuration);
    for (int i = 0; i < layout.size(); i++) {
      values.put(layout.get(i).name(), parameters.get(i).toFloatArray());
    }
    return origin.stream()
        .map(
            tensor ->
                values.containsKey(tensor.name()) ? tensor.with(values.get(tensor.name())) : tensor)
        .toList();
  }

  /**
   * Rounds every parameter to the type that its tensor has in the checkpoint, as writing and
   * reading would.
   */
  public void roundToCheckpoint() {
    List<TensorData> tensors = inOrder(configuration, tensors());
    for (int i = 0; i < parameters.size(); i++) {
      TensorData tensor = tensors.get(i);
      float[] rounded = tensor.values().clone();
      for (int j = 0; j < rounded.length; j++) {
        rounded[j] = tensor.type().rounded(rounded[j]);
      }
      parameters.get(i).set(rounded);
    }
  }

  /**
   * Logits of the token after chosen positions.
   *
   * @param rows token numbers, all rows of one length
   * @param at indexes into the rows laid end to end
   * @return one row of logits for each of {@code at}
   */
  public float[][] logits(int[][] rows, int[] at) {
    try (NDManager step = manager.newSubManager()) {
      float[] flat = program.tensor(step, "logits", forward(step, rows, at)).toFloatArray();
      return split(flat, at.length);
    }
  }

  /** Natural logarithms of the next token's probabilities after the last position of each row. */
  public float[][] nextLogProbabilities(int[][] rows) {
    int[] last = new int[rows.length];
    Arrays.setAll(last, row -> row * rows[0].length + rows[0].length - 1);
    try (NDManager step = manager.newSubManager()) {
      float[] flat =
          program.tensor(step, "log_probabilities", forward(step, rows, last)).toFloatArray();
      return split(flat, rows.length);
    }
  }

  /**
   * Loss in nats at chosen positions.
   *
   * @param targets the token that follows each of {@code at}
   */
  public float[] losses(int[][] rows, int[] at, int[] targets) {
    try (NDManager step = manager.newSubManager()) {
      return program
          .tensor(step, "losses", insert(forward(step, rows, at), 2, longs(step, targets)))
          .toFloatArray();
    }
  }

  /**
   * Continues rows.
   *
   * @param rows token numbers, all rows of one length
   * @param count how many tokens to add to each
   * @param temperature 0 for the likeliest token, otherwise the temperature of sampling
   * @param seed makes sampling repeatable
   * @return the rows with what was added
   */
  public int[][] generate(int[][] rows, int count, double temperature, int seed) {
    int length = rows[0].length + count;
    if (length > configuration.maximumPositions()) {
      throw new IllegalArgumentException(
          "the model has " + configuration.maximumPositions() + " positions");
    }
    Engine.getInstance().setRandomSeed(seed);
    try (NDManager step = manager.newSubManager()) {
      Shape cache =
          new Shape(rows.length, configuration.keyValueHeads(), length, configuration.headSize());
      List<NDArray> keys = new ArrayList<>();
      List<NDArray> values = new ArrayList<>();
      for (int layer = 0; layer < configuration.layers(); layer++) {
        keys.add(step.zeros(cache));
        values.add(step.zeros(cache));
      }
      Object[] arguments = {matrix(step, rows), count, cosines, sines, keys, values, temperature};
      long[] flat = program.tensor(step, "generate", withModel(arguments)).toLongArray();
      int[][] continued = new int[rows.length][length];
      for (int i = 0; i < flat.length; i++) {
        continued[i / length][i % length] = Math.toIntExact(flat[i]);
      }
      return continued;
    }
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

  List<NDArray> parameters() {
    return parameters;
  }

  /** The arguments that every full forward pass begins with, and the model's own at the end. */
  Object[] forward(NDManager owner, int[][] rows, int[] at) {
    return withModel(
        matrix(owner, rows),
        longs(owner, at),
        table(owner, cosines, rows),
        table(owner, sines, rows));
  }

  NDArray matrix(NDManager owner, int[][] rows) {
    long[] flat = Arrays.stream(rows).flatMapToInt(Arrays::stream).asLongStream().toArray();
    return owner.create(flat, new Shape(rows.length, rows[0].length));
  }

  NDArray longs(NDManager owner, int[] values) {
    return owner.create(Arrays.stream(values).asLongStream().toArray());
  }

  NDArray cosines(NDManager owner, int[][] rows) {
    return table(owner, cosines, rows);
  }

  NDArray sines(NDManager owner, int[][] rows) {
    return table(owner, sines, rows);
  }

  Object[] withModel(Object... arguments) {
    Object[] all = Arrays.copyOf(arguments, arguments.length + 6);
    Object[] own = {
      parameters,
      configuration.layers(),
      configuration.heads(),
      configuration.keyValueHeads(),
      configuration.headSize(),
      configuration.normEpsilon()
    };
    System.arraycopy(own, 0, all, arguments.length, own.length);
    return all;
  }

  static Object[] insert(Object[] arguments, int position, Object... inserted) {
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(position, Arrays.asList(inserted));
    return all.toArray();
  }

  /** Splits what a gradient method answers: scalars first, then one gradient for each parameter. */
  List<NDArray> gradientsAfter(NDList answer, int scalars) {
    return answer.subList(scalars, answer.size());
  }

  private NDArray table(NDManager owner, NDArray whole, int[][] rows) {
    NDArray part = whole.get(":,:,0:" + rows[0].length);
    part.attach(owner);
    return part;
  }

  private float[][] split(float[] flat, int rows) {
    int width = configuration.vocabulary();
    float[][] result = new float[rows][];
    Arrays.setAll(result, row -> Arrays.copyOfRange(flat, row * width, (row + 1) * width));
    return result;
  }

  private Shape rotaryShape() {
    return new Shape(1, 1, configuration.maximumPositions(), configuration.headSize());
  }

  /** Rotary tables with the halves side by side, as Hugging Face has them. */
  private float[] rotary(boolean cosine) {
    int half = configuration.headSize() / 2;
    float[] table = new float[configuration.maximumPositions() * configuration.headSize()];
    for (int position = 0; position < configuration.maximumPositions(); position++) {
      for (int i = 0; i < half; i++) {
        float frequency =
            (float) (1.0 / Math.pow(configuration.ropeTheta(), 2.0 * i / configuration.headSize()));
        double angle = (float) position * frequency;
        float value = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
        table[position * 2 * half + i] = value;
        table[position * 2 * half + half + i] = value;
      }
    }
    return table;
  }

  private static Shape shape(List<Long> sizes) {
    return new Shape(sizes.stream().mapToLong(Long::longValue).toArray());
  }

  private static List<TensorData> inOrder(
      ModelConfiguration configuration, List<TensorData> tensors) {
    Map<String, TensorData> byName = new HashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    List<TensorData> ordered = new ArrayList<>();
    for (ParameterLayout.Parameter parameter : ParameterLayout.of(configuration)) {
      TensorData tensor = byName.get(parameter.name());
      if (tensor == null || !tensor.shape().equals(parameter.shape())) {
        throw new CodedException(
            TrainerError.TENSOR_MISMATCH,
            parameter.name() + " of shape " + parameter.shape() + " is needed.");
      }
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw new CodedException(
              TrainerError.TENSOR_MISMATCH,
              parameter.name() + " holds values that are not finite.");
        }
      }
      ordered.add(tensor);
    }
    return ordered;
  }
}
