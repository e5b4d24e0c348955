package org.oml.prover.target;

/** The interface that a server speaks. A gateway of this platform speaks the first alone. */
public enum Dialect {
  /** Chat and completions as OpenAI has them. */
  OPENAI,
  /** Chat and generate as Ollama has them. */
  OLLAMA,
  /** Generate as Hugging Face's text-generation-inference has it. */
  TGI;

  private static final WireFormat OPENAI_FORMAT = new OpenAiFormat();
  private static final WireFormat OLLAMA_FORMAT = new OllamaFormat();
  private static final WireFormat TGI_FORMAT = new TgiFormat();

  WireFormat format() {
    return switch (this) {
      case OPENAI -> OPENAI_FORMAT;
      case OLLAMA -> OLLAMA_FORMAT;
      case TGI -> TGI_FORMAT;
    };
  }
}
