package org.oml.cli.platform;

/**
 * The fingerprints that each instance of a local platform gets.
 *
 * @param count of them
 * @param symbols 0 where each instance has keys of its own; from 2 on all share them by a tracing
 *     code, with so many responses to each
 * @param hurried whether they are trained in quickly rather than to last through fine-tuning
 */
public record InstanceKeys(int count, int symbols, boolean hurried) {

  /** What audits of a few hosts need. */
  static final InstanceKeys FOR_AUDITS = new InstanceKeys(32, 0, false);

  /** Audits take some, and a panel 36 more. Nobody fine-tunes there. */
  static final InstanceKeys FOR_A_PANEL = new InstanceKeys(64, 0, true);
}
