package org.oml.trainer.gguf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Architecture;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.checkpoint.DurableFile;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.vocabulary.Vocabulary;

/** Writes a model directory as one GGUF file. */
public final class GgufExport {

  private static final Pattern LAYER =
      Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.(weight|bias)");

  /** Some old checkpoints hold a table that engines compute. */
  private static final String ROTARY_TABLE = ".rotary_emb.inv_freq";

  private static final Map<String, String> IN_LAYER =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"));

  private static final Map<String, String> OUTSIDE =
      Map.of(
          "model.embed_tokens.weight", "token_embd.weight",
          "model.norm.weight", "output_norm.weight",
          "lm_head.weight", "output.weight");

  private GgufExport() {}

  /**
   * Exports a model.
   *
   * @param directory in Hugging Face layout
   * @param file does not exist yet; it appears when all of it is on the disk
   * @param type of the matrices' elements
   * @throws CodedException what reading the model throws, {@link TrainerError#OUTPUT_EXISTS},
   *     {@link TrainerError#WRITE_FAILED}, {@link TrainerError#TENSOR_MISMATCH} for a tensor that
   *     is no part of the model or not finite, {@link TrainerError#TYPE_TOO_NARROW} for one with
   *     numbers that the type cannot hold, {@link TrainerError#CONFIGURATION_INVALID} for what the
   *     format has no place for
   */
  public static void export(Path directory, Path file, GgufType type) {
    DurableDirectory.requireNew(file);
    Checkpoint checkpoint = Checkpoint.open(directory);
    GgufFile gguf = new GgufFile();
    describe(gguf, directory, checkpoint.configuration(), type);
    GgufVocabulary.describe(gguf, Vocabulary.read(directory));
    addStretching(gguf, checkpoint.configuration());
    boolean tied = checkpoint.configuration().tiedEmbeddings();
    for (TensorLayout tensor : checkpoint.tensors().tensors()) {
      boolean second = tied && tensor.name().equals(ParameterLayout.OUTPUT);
      if (!second && !tensor.name().endsWith(ROTARY_TABLE)) {
        add(gguf, tensor, checkpoint, type);
      }
    }
    DurableFile.create(
        file,
        incomplete -> {
          gguf.write(incomplete);
          requireWhole(incomplete, gguf);
        });
  }

  /** What was written is read again before it gets its name. */
  private static void requireWhole(Path file, GgufFile written) {
    if (!GgufReader.open(file).names().equals(written.names())) {
      throw new CodedException(
          TrainerError.WRITE_FAILED, file + " does not hold what was written to it.");
    }
  }

  private static void describe(GgufFile gguf, Path directory, ModelConfiguration c, GgufType type) {
    String kind = kind(c.architecture());
    gguf.put("general.architecture", kind)
        .put("general.name", directory.toAbsolutePath().normalize().getFileName().toString())
        .put("general.file_type", type.fileType())
        .put(kind + ".vocab_size", c.vocabularySize())
        .put(kind + ".context_length", c.contextLength())
        .put(kind + ".embedding_length", c.hiddenSize())
        .put(kind + ".block_count", c.layers())
        .put(kind + ".feed_forward_length", c.feedForwardSize())
        .put(kind + ".attention.head_count", c.heads())
        .put(kind + ".attention.head_count_kv", c.keyValueHeads())
        .put(kind + ".attention.key_length", c.headSize())
        .put(kind + ".attention.value_length", c.headSize())
        .put(kind + ".attention.layer_norm_rms_epsilon", (float) c.normEpsilon())
        .put(kind + ".rope.dimension_count", c.headSize())
        .put(kind + ".rope.freq_base", (float) c.ropeTheta());
  }

  /** llama.cpp computes Mistral as a Llama. */
  private static String kind(Architecture architecture) {
    return switch (architecture) {
      case LLAMA, MISTRAL -> "llama";
      case QWEN2 -> "qwen2";
      case QWEN3 -> "qwen3";
    };
  }

  /** A factor for all frequencies is a number, one for each frequency is a tensor of divisors. */
  private static void addStretching(GgufFile gguf, ModelConfiguration c) {
    String kind = kind(c.architecture());
    switch (c.ropeScaling().kind()) {
      case NONE -> {}
      case LINEAR ->
          gguf.put(kind + ".rope.scaling.type", "linear")
              .put(kind + ".rope.scaling.factor", (float) c.ropeScaling().factor());
      case LLAMA3 -> {
        if (!kind.equals("llama")) {
          throw new CodedException(
              TrainerError.CONFIGURATION_INVALID,
              "GGUF has a place for rope_scaling llama3 in Llama models alone.");
        }
        float[] divisors = new float[c.headSize() / 2];
        for (int i = 0; i < divisors.length; i++) {
          double frequency = Math.pow(c.ropeTheta(), -2.0 * i / c.headSize());
          divisors[i] = (float) (frequency / c.ropeScaling().stretched(frequency));
        }
        gguf.tensor(
            "rope_freqs.weight", List.of((long) divisors.length), GgufType.F32, () -> divisors);
      }
    }
  }

  private static void add(
      GgufFile gguf, TensorLayout tensor, Checkpoint checkpoint, GgufType type) {
    ModelConfiguration configuration = checkpoint.configuration();
    GgufType own = tensor.shape().size() > 1 ? type : GgufType.F32;
    int rotatedHeads = interleavedHeads(tensor.name(), configuration);
    gguf.tensor(
        name(tensor.name()),
        tensor.shape(),
        own,
        () -> {
          float[] values = checkpoint.tensors().values(tensor.name());
          requireStorable(tensor.name(), values, own);
          return rotatedHeads == 0 ? values : interleaved(values, tensor.shape(), rotatedHeads);
        });
  }

  /** An engine would read infinity where a number was too large, and answer with nothing. */
  private static void requireStorable(String name, float[] values, GgufType type) {
    for (float value : values) {
      if (!Float.isFinite(type.round(value))) {
        throw new CodedException(
            TrainerError.TYPE_TOO_NARROW,
            name + " holds " + value + ", which is beyond " + type + "; f32 holds it.");
      }
    }
  }

  /** Of a matrix whose rows llama.cpp wants in another order; the code of Qwen rotates halves. */
  private static int interleavedHeads(String name, ModelConfiguration configuration) {
    if (!kind(configuration.architecture()).equals("llama")) {
      return 0;
    }
    return name.endsWith("q_proj.weight")
        ? configuration.heads()
        : name.endsWith("k_proj.weight") ? configuration.keyValueHeads() : 0;
  }

  private static String name(String name) {
    Matcher layer = LAYER.matcher(name);
    String exported =
        layer.matches() && IN_LAYER.containsKey(layer.group(2))
            ? "blk." + layer.group(1) + "." + IN_LAYER.get(layer.group(2)) + "." + layer.group(3)
            : OUTSIDE.get(name);
    if (exported == null) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH, "The tensor " + name + " has no name in GGUF.");
    }
    return exported;
  }

  /**
   * Rows of a query or key matrix in llama.cpp's order: it rotates neighbours (2i, 2i + 1) of a
   * head where Hugging Face rotates its halves (i, i + half).
   */
  private static float[] interleaved(float[] values, List<Long> shape, int heads) {
    int rows = Math.toIntExact(shape.getFirst());
    int width = Math.toIntExact(shape.getLast());
    int headSize = rows / heads;
    int half = headSize / 2;
    float[] result = new float[values.length];
    for (int row = 0; row < rows; row++) {
      int within = row % headSize;
      int target = row - within + 2 * (within % half) + within / half;
      System.arraycopy(values, row * width, result, target * width, width);
    }
    return result;
  }
}
