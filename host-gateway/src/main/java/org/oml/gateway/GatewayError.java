package org.oml.gateway;

import org.oml.protocol.ErrorCode;

/** What can go wrong at a host's gateway. */
public enum GatewayError implements ErrorCode {
  SETTINGS_INVALID("Set what the sentence names in the gateway's YAML file and start again.", 500),
  BODY_TOO_LARGE("Send a smaller request, or raise oml.gateway.max-request-size.", 413),
  BODY_INCOMPLETE("Send the whole body that Content-Length announces.", 400),
  CLIENT_REF_INVALID(
      "Send OML-Client-Ref as 0x and 64 lower-case hexadecimal digits, or leave it out.", 400),
  HEADER_INVALID("Leave out the header that the sentence names, or write it as HTTP has it.", 400),
  BUSY(
      "Try again in a moment; the host may raise oml.gateway.max-concurrent or max-buffered.", 503),
  ENGINE_UNREACHABLE(
      "Try again in a moment; the host checks that its engine runs at oml.gateway.upstream.", 502),
  ENGINE_TIMEOUT("Ask for a shorter answer; the host may raise the engine's time limits.", 504),
  ENGINE_ANSWER_UNREADABLE(
      "The host checks that its engine speaks the OpenAI interface without compression.", 502),
  ENGINE_ANSWER_TOO_LARGE("Ask for a shorter answer, or raise oml.gateway.max-answer-size.", 502),
  ENGINE_STREAM_BROKEN(
      "Ask again; what arrived so far is not the whole answer and has no receipt.", 502),
  NOT_FOUND("Use POST /v1/chat/completions, POST /v1/completions or GET /v1/models.", 404),
  METHOD_NOT_ALLOWED("Use POST for completions and GET for models.", 405),
  INTERNAL("Try again; the host looks for the error in its gateway's log.", 500);

  private final String next;
  private final int status;

  GatewayError(String next, int status) {
    this.next = next;
    this.status = status;
  }

  @Override
  public String code() {
    return "GATEWAY_" + name();
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
