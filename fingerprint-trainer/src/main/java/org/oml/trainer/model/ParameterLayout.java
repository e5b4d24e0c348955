package org.oml.trainer.model;

import java.util.ArrayList;
import java.util.List;
import org.oml.trainer.checkpoint.ModelConfiguration;

/**
 * Names and shapes of a Llama model's parameters in the order in which {@link LlamaProgram} takes
 * them: embedding, nine for each layer, final norm, and the output matrix where it is not tied.
 */
final class ParameterLayout {

  /** A parameter's name in a checkpoint and its shape. */
  record Parameter(String name, List<Long> shape) {}

  private ParameterLayout() {}

  static List<Parameter> of(ModelConfiguration c) {
    List<Parameter> all = new ArrayList<>();
    long hidden = c.hidden();
    long queries = (long) c.heads() * c.headSize();
    long keys = (long) c.keyValueHeads() * c.headSize();
    all.add(new Parameter("model.embed_tokens.weight", List.of((long) c.vocabulary(), hidden)));
    for (int layer = 0; layer < c.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      all.add(new Parameter(prefix + "input_layernorm.weight", List.of(hidden)));
      all.add(new Parameter(prefix + "self_attn.q_proj.weight", List.of(queries, hidden)));
      all.add(new Parameter(prefix + "self_attn.k_proj.weight", List.of(keys, hidden)));
      all.add(new Parameter(prefix + "self_attn.v_proj.weight", List.of(keys, hidden)));
      all.add(new Parameter(prefix + "self_attn.o_proj.weight", List.of(hidden, queries)));
      all.add(new Parameter(prefix + "post_attention_layernorm.weight", List.of(hidden)));
      all.add(
          new Parameter(prefix + "mlp.gate_proj.weight", List.of((long) c.intermediate(), hidden)));
      all.add(
          new Parameter(prefix + "mlp.up_proj.weight", List.of((long) c.intermediate(), hidden)));
      all.add(
          new Parameter(prefix + "mlp.down_proj.weight", List.of(hidden, (long) c.intermediate())));
    }
    all.add(new Parameter("model.norm.weight", List.of(hidden)));
    if (!c.tiedEmbeddings()) {
      all.add(new Parameter("lm_head.weight", List.of((long) c.vocabulary(), hidden)));
    }
    return all;
  }
}
