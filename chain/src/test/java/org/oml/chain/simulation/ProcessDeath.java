package org.oml.chain.simulation;

/** The process ends here: nothing catches it but the simulation. */
final class ProcessDeath extends Error {

  ProcessDeath() {
    super("the process died", null, false, false);
  }
}
