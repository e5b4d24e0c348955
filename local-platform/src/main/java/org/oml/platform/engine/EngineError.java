package org.oml.platform.engine;

import org.oml.protocol.ErrorCode;

/** What the engine refuses, in OpenAI's error shape with these codes. */
enum EngineError implements ErrorCode {
  MODEL_UNREADABLE(
      500, "Export the model again with ./oml model export-gguf, or name another GGUF file."),
  REQUEST_INVALID(400, "Send a JSON object as the OpenAI API describes it."),
  PARAMETER_UNSUPPORTED(400, "Leave the parameter out."),
  REQUEST_TOO_LARGE(413, "Send at most 1 MiB."),
  CONTEXT_EXCEEDED(400, "Shorten the prompt or the conversation."),
  BUSY(429, "Ask again in a few seconds."),
  NOT_FOUND(404, "Ask /v1/completions, /v1/chat/completions or /v1/models."),
  METHOD_NOT_ALLOWED(405, "Use POST for completions and GET for the rest."),
  FAILED(500, "Read the engine's log.");

  private final int status;
  private final String next;

  EngineError(int status, String next) {
    this.status = status;
    this.next = next;
  }

  @Override
  public String code() {
    return "ENGINE_" + name();
  }

  @Override
  public String next() {
    return next;
  }

  @Override
  public int status() {
    return status;
  }
}
