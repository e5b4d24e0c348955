package org.oml.protocol.tracing.simulation;

import java.util.random.RandomGenerator;
import org.oml.protocol.tracing.PirateModel;

/** A way of sharing fingerprints among instances and of naming the pirate's. */
public interface Scheme {

  /**
   * One leak: instances are drawn, some of them answer together, and the answers are traced.
   *
   * @param pirate the coalition, whose members are any of the instances
   * @param positions fingerprints of the code, all of which are asked
   */
  Trial trial(PirateModel pirate, int positions, RandomGenerator random);
}
