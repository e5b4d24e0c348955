package org.oml.trainer.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.vocabulary.Vocabulary;

/** Writes a Llama-architecture model directory as one GGUF file. */
public final class GgufExport {

  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.weight");

  /** Some old checkpoints hold a table that engines compute. */
  private static final String ROTARY_TABLE = ".rotary_emb.inv_freq";

  private static final Map<String, String> IN_LAYER =
      Map.of(
          "input_layernorm", "attn_norm",
          "self_attn.q_proj", "attn_q",
          "self_attn.k_proj", "attn_k",
          "self_attn.v_proj", "attn_v",
          "self_attn.o_proj", "attn_output",
          "post_attention_layernorm", "ffn_norm",
          "mlp.gate_proj", "ffn_gate",
          "mlp.up_proj", "ffn_up",
          "mlp.down_proj", "ffn_down");

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
   *     is no part of a Llama model
   */
  public static void export(Path directory, Path file, GgufType type) {
    Path target = file.toAbsolutePath();
    if (Files.exists(target)) {
      throw new CodedException(TrainerError.OUTPUT_EXISTS, file + " exists already.");
    }
    Checkpoint checkpoint = Checkpoint.open(directory);
    GgufFile gguf = new GgufFile();
    describe(gguf, directory, checkpoint.configuration(), type);
    GgufVocabulary.describe(gguf, Vocabulary.read(directory));
    for (TensorLayout tensor : checkpoint.tensors().tensors()) {
      if (!tensor.name().endsWith(ROTARY_TABLE)) {
        add(gguf, tensor, checkpoint, type);
      }
    }
    Path incomplete = target.resolveSibling(target.getFileName() + ".incomplete");
    try {
      Files.deleteIfExists(incomplete);
      gguf.write(incomplete);
      Files.move(incomplete, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CodedException(TrainerError.WRITE_FAILED, file + " could not be written.", e);
    }
  }

  private static void describe(GgufFile gguf, Path directory, ModelConfiguration c, GgufType type) {
    gguf.put("general.architecture", "llama")
        .put("general.name", directory.toAbsolutePath().normalize().getFileName().toString())
        .put("general.file_type", type.fileType())
        .put("llama.vocab_size", c.vocabularySize())
        .put("llama.context_length", c.contextLength())
        .put("llama.embedding_length", c.hiddenSize())
        .put("llama.block_count", c.layers())
        .put("llama.feed_forward_length", c.feedForwardSize())
        .put("llama.attention.head_count", c.heads())
        .put("llama.attention.head_count_kv", c.keyValueHeads())
        .put("llama.attention.key_length", c.headSize())
        .put("llama.attention.value_length", c.headSize())
        .put("llama.attention.layer_norm_rms_epsilon", (float) c.normEpsilon())
        .put("llama.rope.dimension_count", c.headSize())
        .put("llama.rope.freq_base", (float) c.ropeTheta());
  }

  private static void add(
      GgufFile gguf, TensorLayout tensor, Checkpoint checkpoint, GgufType type) {
    ModelConfiguration configuration = checkpoint.configuration();
    boolean matrix = tensor.shape().size() > 1;
    int rotatedHeads =
        tensor.name().endsWith("q_proj.weight")
            ? configuration.heads()
            : tensor.name().endsWith("k_proj.weight") ? configuration.keyValueHeads() : 0;
    gguf.tensor(
        name(tensor.name()),
        tensor.shape(),
        matrix ? type : GgufType.F32,
        () -> {
          float[] values = checkpoint.tensors().values(tensor.name());
          return rotatedHeads == 0 ? values : interleaved(values, tensor.shape(), rotatedHeads);
        });
  }

  private static String name(String name) {
    Matcher layer = LAYER.matcher(name);
    String exported =
        layer.matches() && IN_LAYER.containsKey(layer.group(2))
            ? "blk." + layer.group(1) + "." + IN_LAYER.get(layer.group(2)) + ".weight"
            : OUTSIDE.get(name);
    if (exported == null) {
      throw new CodedException(
          TrainerError.TENSOR_MISMATCH, "The tensor " + name + " is no part of a Llama model.");
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
