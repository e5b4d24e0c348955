package org.oml.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
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
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;

/**
 * A model in memory, in 32-bit floats. It is used by one thread at a time; closing it frees its
 * native memory. Probabilities are in nats.
 */
public final class LanguageModel implements AutoCloseable {

  /** So many logits are computed at once at most, so that memory stays bounded (256 MB). */
  private static final int LOGITS_AT_ONCE = 1 << 26;

  /** Rotary angles are computed for so many positions at first; most models never see more. */
  private static final int FIRST_POSITIONS = 1024;

  /** Tokens that pass the model at once at most. */
  private static final int TOKENS_AT_ONCE = 1 << 14;

  private final ModelConfiguration configuration;
  private final NDManager manager = TorchEngine.newManager();
  private final ScriptModule program = new ScriptModule(manager, DecoderProgram.METHODS);
  private final NativeNumbers numbers = new NativeNumbers(program);
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private NDArray cosines;
  private NDArray sines;
  private int positions;
  private @Nullable NDArray outputCopy;

  private LanguageModel(ModelConfiguration configuration, Function<TensorLayout, float[]> values) {
    this.configuration = configuration;
    try {
      for (TensorLayout tensor : ParameterLayout.of(configuration, TensorType.F32)) {
        parameters.put(tensor.name(), parameter(tensor, values.apply(tensor)));
      }
      positions = Math.min(configuration.contextLength(), FIRST_POSITIONS);
      cosines = table(RotaryTable.cosines(configuration, positions));
      sines = table(RotaryTable.sines(configuration, positions));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
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
    return new LanguageModel(
        checkpoint.configuration(), tensor -> checkpoint.tensors().values(tensor.name()));
  }

  /** A model of given numbers, by tensor name. */
  public static LanguageModel of(ModelConfiguration configuration, Map<String, float[]> values) {
    return new LanguageModel(
        configuration, tensor -> Objects.requireNonNull(values.get(tensor.name()), tensor.name()));
  }

  /** A model of the same numbers, which changes without the first. */
  public LanguageModel copy() {
    return new LanguageModel(configuration, tensor -> value(tensor.name()));
  }

  /**
   * An untrained model: norms at one, biases at zero, matrices normal with deviation 0.02, those
   * that write to the residual stream smaller by the square root of twice the layers.
   */
  public static LanguageModel initialize(ModelConfiguration configuration, RandomGenerator random) {
    double residual = 0.02 / Math.sqrt(2.0 * configuration.layers());
    return new LanguageModel(
        configuration,
        tensor -> {
          float[] numbers = new float[Math.toIntExact(tensor.elements())];
          String name = tensor.name();
          double deviation =
              name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight") ? residual : 0.02;
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] =
                tensor.shape().size() == 1 ? 1 : (float) (deviation * random.nextGaussian());
          }
          if (name.endsWith(".bias")) {
            Arrays.fill(numbers, 0);
          }
          return numbers;
        });
  }

  /** Its shape. */
  public ModelConfiguration configuration() {
    return configuration;
  }

  /** A copy of all weights by tensor name, as {@link Checkpoint#writeCopy} takes them. */
  public Map<String, float[]> values() {
    Map<String, float[]> values = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> values.put(name, numbers.get(parameter)));
    return values;
  }

  /** A copy of the weights of one tensor. */
  public float[] value(String name) {
    return numbers.get(Objects.requireNonNull(parameters.get(name), name));
  }

  /** Takes weights over, by tensor name; what is not named stays. */
  public void setValues(Map<String, float[]> values) {
    parameters.forEach(
        (name, parameter) -> {
          float[] given = values.get(name);
          if (given != null) {
            numbers.put(parameter, given);
            changed();
          }
        });
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
   * Predictions kept in native memory, to distil a model towards this one. Later changes of this
   * model do not change them.
   *
   * @return to be closed by the caller; valid as long as this model
   */
  public ReferenceDistribution reference(TokenBatch batch) {
    requireContext(batch.width());
    try (NDManager scope = manager.newSubManager()) {
      NDArray rows = call(scope, "hidden", batch);
      rows.attach(manager);
      return new ReferenceDistribution(batch, rows, outputCopy());
    }
  }

  /**
   * Continues each prompt.
   *
   * @param prompts each at least one token; together with {@code sampling.tokens()} within the
   *     context
   * @return for each prompt the new tokens alone, up to and without the first token that ends a
   *     text
   */
  public List<int[]> generate(List<int[]> prompts, Sampling sampling) {
    TorchEngine.seed(sampling.seed());
    return prompts.isEmpty() ? List.of() : Generator.generate(this, prompts, sampling);
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

  NativeNumbers numbers() {
    return numbers;
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
      configuration.normEpsilon(),
      configuration.architecture().attentionBiases(),
      configuration.architecture().headNorms()
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + shape.length);
    System.arraycopy(shape, 0, all, arguments.length, shape.length);
    return all;
  }

  /**
   * The mean cross-entropy of the tokens that a batch asks about, and behind it its gradient by
   * each parameter.
   *
   * @param mixed whether the products are computed in BF16
   */
  NDList gradients(NDManager scope, TokenBatch batch, boolean mixed) {
    return program.tensorsWithGradients(
        scope,
        "gradients",
        withShape(withBatch(scope, batch, scope.create(batch.targets()), mixed)));
  }

  /** What the program takes first: a batch, and what follows. */
  Object[] withBatch(NDManager scope, TokenBatch batch, Object... more) {
    List<Object> arguments = new ArrayList<>(Packing.of(batch).arguments(scope));
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray();
  }

  /** Has the rotary angles of so many positions at hand. */
  void requireContext(int tokens) {
    if (tokens > configuration.contextLength()) {
      throw new IllegalArgumentException(
          tokens + " tokens do not fit into a context of " + configuration.contextLength());
    }
    if (tokens > positions) {
      positions = Math.min(configuration.contextLength(), Integer.highestOneBit(tokens) * 2);
      cosines.close();
      sines.close();
      cosines = table(RotaryTable.cosines(configuration, positions));
      sines = table(RotaryTable.sines(configuration, positions));
    }
  }

  /** To be told when weights have changed. */
  void changed() {
    outputCopy = null;
  }

  private NDArray outputCopy() {
    if (outputCopy == null) {
      String name =
          configuration.tiedEmbeddings() ? ParameterLayout.EMBEDDING : ParameterLayout.OUTPUT;
      NDArray output = Objects.requireNonNull(parameters.get(name));
      outputCopy = program.tensors(manager, "copied", List.of(output)).get(0);
    }
    return outputCopy;
  }

  private NDArray table(float[] numbers) {
    return manager.create(numbers, new Shape(positions, configuration.headSize() / 2));
  }

  private NDArray parameter(TensorLayout tensor, float[] values) {
    if (values.length != tensor.elements()) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH,
          tensor.name() + " needs " + tensor.elements() + " numbers, not " + values.length + ".");
    }
    NDArray parameter = manager.zeros(new Shape(tensor.shape()));
    numbers.put(parameter, values);
    parameter.setRequiresGradient(true);
    return parameter;
  }

  private NDArray call(NDManager scope, String method, TokenBatch batch, Object... more) {
    return program.tensor(scope, method, withShape(withBatch(scope, batch, more)));
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

  /** Whole sequences together as long as they and their logits fit. */
  private List<TokenBatch> parts(TokenBatch batch) {
    requireContext(batch.width());
    List<TokenBatch> parts = new ArrayList<>();
    int rows = LOGITS_AT_ONCE / configuration.vocabularySize();
    int from = 0;
    int asked = 0;
    for (int i = 0; i < batch.sequences().size(); i++) {
      int positions = batch.positions().get(i).length;
      if (i > from
          && (asked + positions > rows || (i + 1 - from) * batch.width() > TOKENS_AT_ONCE)) {
        parts.add(batch.part(from, i));
        from = i;
        asked = 0;
      }
      asked += positions;
    }
    parts.add(batch.part(from, batch.sequences().size()));
    return parts;
  }
}
