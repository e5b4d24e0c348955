package org.oml.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A failure with an {@link ErrorCode}. The message never holds a secret, since it is shown and
 * logged.
 */
public final class CodedException extends RuntimeException {

  private final transient ErrorCode code;

  /**
   * @param code what kind of failure it is
   * @param detail what was wrong in this case, one sentence
   */
  public CodedException(ErrorCode code, String detail) {
    this(code, detail, null);
  }

  /**
   * @param code what kind of failure it is
   * @param detail what was wrong in this case, one sentence
   * @param cause what led to it, for the log
   */
  public CodedException(ErrorCode code, String detail, @Nullable Throwable cause) {
    super(detail, cause);
    this.code = code;
  }

  /** The kind of failure. */
  public ErrorCode code() {
    return code;
  }
}
