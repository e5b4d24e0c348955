package org.oml.gateway;

import org.oml.protocol.ErrorCode;

/** What can go wrong at a host's gateway. */
public enum GatewayError implements ErrorCode {
  SETTINGS_INVALID("Set what the sentence names in the gateway's YAML file and start again.", 500),
  MANIFEST_INVALID(
      "Let oml.gateway.manifest name the oml.json of the instance that you downloaded.", 500),
  ADDRESSES_INVALID(
      "Let oml.gateway.addresses-file name the addresses.json of the platform that licensed your instance.",
      500),
  KEY_INVALID(
      "Let oml.gateway.keystore and oml.gateway.password-file name the key that your wallet named in the licence.",
      500),
  JOURNAL_UNAVAILABLE(
      "See to the disk of oml.gateway.journal (space, rights) and start the gateway again.", 503),
  JOURNAL_LOCKED(
      "Stop the other gateway, or give each gateway a journal directory of its own.", 500),
  BODY_TOO_LARGE("Send a smaller request, or raise oml.gateway.max-request-size.", 413),
  BODY_INCOMPLETE("Send the whole body that Content-Length announces.", 400),
  CLIENT_REF_INVALID(
      "Send OML-Client-Ref as 0x and 64 lower-case hexadecimal digits, or leave it out.", 400),
  BUSY("Try again in a moment; the host may raise oml.gateway.max-concurrent.", 503),
  PERMIT_UNAVAILABLE("Try again in a moment; the host checks oml.gateway.permission-url.", 503),
  PERMIT_REFUSED(
      "The host looks up the permission service's code in the detail and does what it says.", 503),
  PERMIT_INVALID(
      "The host checks its clock, its manifest and its addresses file, and reports the permission service.",
      502),
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
