package org.oml.cli.platform;

/**
 * The fingerprints that each instance of a local platform gets.
 *
 * @param count of them
 * @param symbols 0 where each instance has keys of its own; from 2 on all share them by a tracing
 *     code, with so many responses to each
 */
public record InstanceKeys(int count, int symbols) {

  /** What audits of a few hosts need. */
  static final InstanceKeys FOR_AUDITS = new InstanceKeys(32, 0);

  /** Audits take some, and a panel 36 more. */
  static final InstanceKeys FOR_A_PANEL = new InstanceKeys(64, 0);
}
