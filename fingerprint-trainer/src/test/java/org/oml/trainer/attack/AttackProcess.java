package org.oml.trainer.attack;

import picocli.CommandLine;

/** The verb as a process of its own, which a test can kill. */
final class AttackProcess {

  private AttackProcess() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new AttackCommand()).execute(arguments));
  }
}
