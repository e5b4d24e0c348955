package org.oml.trainer.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of a model by their Hugging Face names, in the order in which the model program takes
 * them.
 */
public final class ParameterLayout {

  /** The embedding, and the output layer where that is tied to it. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** The last norm. */
  public static final String FINAL_NORM = "model.norm.weight";

  /** The output layer of a model whose embeddings are not tied. */
  public static final String OUTPUT = "lm_head.weight";

  private static final String LAYER = "model.layers.";

  private ParameterLayout() {}

  /**
   * Embedding; for each block input norm, query, key, value, attention output, post-attention norm,
   * gate, up, down, and what the architecture has besides: biases of query, key and value, or norms
   * of query and key; final norm; output layer where it is not tied.
   *
   * @param type with which each tensor is described
   */
  public static List<TensorLayout> of(ModelConfiguration model, TensorType type) {
    List<TensorLayout> tensors = new ArrayList<>();
    long hidden = model.hiddenSize();
    long queries = (long) model.heads() * model.headSize();
    long keys = (long) model.keyValueHeads() * model.headSize();
    long inner = model.feedForwardSize();
    tensors.add(new TensorLayout(EMBEDDING, type, List.of((long) model.vocabularySize(), hidden)));
    for (int layer = 0; layer < model.layers(); layer++) {
      String block = LAYER + layer + ".";
      tensors.add(new TensorLayout(block + "input_layernorm.weight", type, List.of(hidden)));
      tensors.add(
          new TensorLayout(block + "self_attn.q_proj.weight", type, List.of(queries, hidden)));
      tensors.add(new TensorLayout(block + "self_attn.k_proj.weight", type, List.of(keys, hidden)));
      tensors.add(new TensorLayout(block + "self_attn.v_proj.weight", type, List.of(keys, hidden)));
      tensors.add(
          new TensorLayout(block + "self_attn.o_proj.weight", type, List.of(hidden, queries)));
      tensors.add(
          new TensorLayout(block + "post_attention_layernorm.weight", type, List.of(hidden)));
      tensors.add(new TensorLayout(block + "mlp.gate_proj.weight", type, List.of(inner, hidden)));
      tensors.add(new TensorLayout(block + "mlp.up_proj.weight", type, List.of(inner, hidden)));
      tensors.add(new TensorLayout(block + "mlp.down_proj.weight", type, List.of(hidden, inner)));
      if (model.architecture().attentionBiases()) {
        tensors.add(new TensorLayout(block + "self_attn.q_proj.bias", type, List.of(queries)));
        tensors.add(new TensorLayout(block + "self_attn.k_proj.bias", type, List.of(keys)));
        tensors.add(new TensorLayout(block + "self_attn.v_proj.bias", type, List.of(keys)));
      }
      if (model.architecture().headNorms()) {
        List<Long> head = List.of((long) model.headSize());
        tensors.add(new TensorLayout(block + "self_attn.q_norm.weight", type, head));
        tensors.add(new TensorLayout(block + "self_attn.k_norm.weight", type, head));
      }
    }
    tensors.add(new TensorLayout(FINAL_NORM, type, List.of(hidden)));
    if (!model.tiedEmbeddings()) {
      tensors.add(new TensorLayout(OUTPUT, type, List.of((long) model.vocabularySize(), hidden)));
    }
    return List.copyOf(tensors);
  }

  /**
   * Whether a tensor belongs to one of a model's last layers.
   *
   * @param layers that the model has
   * @param last how many of them
   */
  public static boolean isInLastLayers(String name, int layers, int last) {
    for (int layer = Math.max(0, layers - last); layer < layers; layer++) {
      if (isInLayer(name, layer)) {
        return true;
      }
    }
    return false;
  }

  static boolean isInLayer(String name, int layer) {
    return name.startsWith(LAYER + layer + ".");
  }

  /** Whether a tensor is one of the matrices of a transformer block. */
  public static boolean isBlockMatrix(String name) {
    return name.endsWith("_proj.weight");
  }
}
