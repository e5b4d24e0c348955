package org.oml.trainer.checkpoint;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The kinds of model that are computed here. All are decoders with RMS norms before each block,
 * rotary positions, grouped queries and a feed-forward block gated with SiLU; they differ in what
 * the attention does besides. SmolLM2 is a Llama. Sources: the configuration and modelling files of
 * the models' publishers, held against another implementation in {@code ArchitectureFixturesTest}.
 */
public enum Architecture {
  /** Llama 2, 3, 3.1, 3.2, SmolLM2. */
  LLAMA("LlamaForCausalLM", "llama", false, false),
  /** Mistral 7B, which looks back over a window in some versions. */
  MISTRAL("MistralForCausalLM", "mistral", false, false),
  /** Qwen2 and 2.5: biases at query, key and value. */
  QWEN2("Qwen2ForCausalLM", "qwen2", true, false),
  /** Qwen3 without experts: norms over each head's query and key. */
  QWEN3("Qwen3ForCausalLM", "qwen3", false, true);

  private final String className;
  private final String modelType;
  private final boolean attentionBiases;
  private final boolean headNorms;

  Architecture(String className, String modelType, boolean attentionBiases, boolean headNorms) {
    this.className = className;
    this.modelType = modelType;
    this.attentionBiases = attentionBiases;
    this.headNorms = headNorms;
  }

  /** As {@code architectures} in config.json names it. */
  public String className() {
    return className;
  }

  /** As {@code model_type} in config.json names it. */
  public String modelType() {
    return modelType;
  }

  /** Whether query, key and value have biases. */
  public boolean attentionBiases() {
    return attentionBiases;
  }

  /** Whether each head's query and key pass an RMS norm before they are rotated. */
  public boolean headNorms() {
    return headNorms;
  }

  /** By either of the two names. */
  static Optional<Architecture> named(String name) {
    return Arrays.stream(values())
        .filter(known -> known.className.equals(name) || known.modelType.equals(name))
        .findFirst();
  }

  /** All class names, for a message. */
  static String known() {
    return Arrays.stream(values()).map(Architecture::className).collect(Collectors.joining(", "));
  }
}
