package org.oml.servicekit.problem;

import org.oml.protocol.ErrorCode;

/** What can go wrong in every service, whatever it is for. */
public enum ServiceError implements ErrorCode {
  BODY_TOO_LARGE(413, "Send a smaller body; the limit is oml.http.body-limit of the service."),
  BODY_UNREADABLE(400, "Send a JSON body with the members that docs/api.md lists for this call."),
  REQUEST_INVALID(400, "Correct the request as docs/api.md describes the call."),
  ROUTE_UNKNOWN(404, "See docs/api.md for the paths of this service."),
  METHOD_UNKNOWN(405, "See docs/api.md for the methods of this path."),
  MEDIA_TYPE_UNKNOWN(415, "Send JSON with Content-Type: application/json."),
  ANSWER_NOT_ACCEPTABLE(406, "Accept application/json."),
  TOKEN_MISSING(401, "Sign in at /v1/sign-in and send the token as Authorization: Bearer."),
  TOKEN_REFUSED(401, "Sign in at this service again and send the fresh token."),
  SIGN_IN_REFUSED(401, "Ask for a new challenge and sign it with the key of the address."),
  SETTING_MISSING(500, "Set it in the service's configuration and start again."),
  SETTING_INVALID(500, "Correct the setting and start again."),
  DATABASE_REFUSED(500, "Check oml.database.url, oml.database.user and the password file."),
  DATABASE_AWAY(503, "Try again in a few seconds; the operator sees to PostgreSQL."),
  PEER_UNREACHABLE(503, "Try again in a few seconds; the operator sees to the other service."),
  FAILED(500, "Try again; if it stays, give the operator the request id.");

  private final int status;
  private final String next;

  ServiceError(int status, String next) {
    this.status = status;
    this.next = next;
  }

  @Override
  public String code() {
    return "SERVICE_" + name();
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
