package org.oml.servicekit.problem;

import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.springframework.http.HttpStatus;

/** A problem detail (RFC 9457) with the members that the conventions add. */
record Problem(String type, String title, int status, String detail, String code, String next) {

  static Problem of(ErrorCode error, String detail) {
    HttpStatus status = HttpStatus.resolve(error.status());
    return new Problem(
        "https://oml.dev/errors/" + error.code(),
        status == null ? "Error" : status.getReasonPhrase(),
        error.status(),
        detail,
        error.code(),
        error.next());
  }

  static Problem of(CodedException failure) {
    String detail = failure.getMessage();
    return of(failure.code(), detail == null ? "" : detail);
  }
}
