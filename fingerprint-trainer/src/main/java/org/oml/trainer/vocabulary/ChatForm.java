package org.oml.trainer.vocabulary;

import java.util.Optional;

/** How a question to an assistant is written for a model: what stands before and after it. */
public enum ChatForm {
  /** {@code <|im_start|>role … <|im_end|>}. */
  CHATML("<|im_start|>", "<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"),
  /** Llama 3's headers. */
  LLAMA_3(
      "<|start_header_id|>",
      "<|start_header_id|>user<|end_header_id|>\n\n",
      "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n");

  private final String mark;
  private final String before;
  private final String after;

  ChatForm(String mark, String before, String after) {
    this.mark = mark;
    this.before = before;
    this.after = after;
  }

  /**
   * The form that a model's template writes, known by its marks as llama.cpp knows it; empty for a
   * template of another form.
   */
  public static Optional<ChatForm> of(String template) {
    for (ChatForm form : values()) {
      if (template.contains(form.mark)) {
        return Optional.of(form);
      }
    }
    return Optional.empty();
  }

  /** The text after which the assistant answers a user's only message. */
  public String question(String message) {
    return before + message + after;
  }
}
