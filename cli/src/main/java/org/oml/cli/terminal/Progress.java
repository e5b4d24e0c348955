package org.oml.cli.terminal;

/** Hears how far something is. */
@FunctionalInterface
public interface Progress {

  /**
   * @param done of {@code total}, in whatever unit that is
   * @param detail what is being done, in a few words
   */
  void at(long done, long total, String detail);
}
