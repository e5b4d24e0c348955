package org.oml.protocol;

/**
 * An error that a person or a program can act on. Each module keeps its codes in one enum; every
 * code has a paragraph in {@code docs/errors.md}.
 */
public interface ErrorCode {

  /**
   * The code as it is printed and sent, upper case with the module first, such as {@code
   * PERMISSION_HOST_UNKNOWN}.
   */
  String code();

  /** What the reader does next, one sentence. */
  String next();

  /**
   * The HTTP status (RFC 9110) with which a service answers; 400 unless the code says otherwise.
   */
  default int status() {
    return 400;
  }
}
