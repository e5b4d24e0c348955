package org.oml.chain;

/** Carries a revert as the cause of a coded exception. */
final class RevertedException extends RuntimeException {

  private final transient Revert revert;

  RevertedException(Revert revert) {
    super(revert.toString());
    this.revert = revert;
  }

  Revert revert() {
    return revert;
  }
}
