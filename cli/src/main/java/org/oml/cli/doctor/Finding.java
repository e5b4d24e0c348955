package org.oml.cli.doctor;

/**
 * What was found of one part of an installation.
 *
 * @param part that was looked at
 * @param verdict how it is
 * @param detail a sentence
 * @param next what to do; empty where nothing is to be done
 */
record Finding(String part, Verdict verdict, String detail, String next) {

  /** How a part is. */
  enum Verdict {
    OK,
    /** Works, and will not for long, or not as it should. */
    WARNING,
    WRONG
  }

  static Finding ok(String part, String detail) {
    return new Finding(part, Verdict.OK, detail, "");
  }

  static Finding warning(String part, String detail, String next) {
    return new Finding(part, Verdict.WARNING, detail, next);
  }

  static Finding wrong(String part, String detail, String next) {
    return new Finding(part, Verdict.WRONG, detail, next);
  }
}
