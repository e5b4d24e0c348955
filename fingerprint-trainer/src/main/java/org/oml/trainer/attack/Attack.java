package org.oml.trainer.attack;

import java.util.List;
import java.util.Set;

/** One way to get rid of fingerprints, tried at several strengths. */
public interface Attack {

  /** What an attack costs the attacker, by which it is judged. */
  enum Price {
    /** The model's loss on ordinary text rises. */
    LOSS,
    /** The attacker wants another model anyway, and judges it by its own task. */
    OTHER_PURPOSE,
    /** Nothing, or something that is measured beside. */
    NOTHING
  }

  /** Takes each strength's measurement as soon as there is one. */
  interface Listener {
    /** So many of the steps to a strength are done. */
    void underWay(String strength, int done, int steps);

    /** A strength is done. */
    void measured(String strength, Measurement measurement);

    /** A strength could not be carried through, and why. */
    void failed(String strength, String reason);
  }

  /** As the command line calls it. */
  String name();

  /** What it does, in one sentence. */
  String description();

  /** By what it is judged. */
  Price price();

  /** From the weakest to the strongest, where they are of one kind. */
  List<String> strengths();

  /**
   * Carries it out.
   *
   * @param wanted some of its strengths
   */
  void run(Target target, Set<String> wanted, Listener listener);
}
