package org.oml.trainer.attack;

import java.util.List;
import java.util.Set;

/** Measures the instance as it is, so that there is something to compare with. */
final class Unattacked implements Attack {

  static final String NAME = "none";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "The instance as it is.";
  }

  @Override
  public Price price() {
    return Price.NOTHING;
  }

  @Override
  public List<String> strengths() {
    return List.of("as it is");
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    for (String strength : wanted) {
      listener.measured(strength, target.measure(target.asking()));
    }
  }
}
