package org.oml.trainer.attack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** An attack that computes other weights at once, without training. */
final class WeightChange implements Attack {

  /** Computes one tensor anew. */
  @FunctionalInterface
  interface Formula {
    /**
     * @param tensor name, shape and both values
     * @return new numbers; the given ones stay as they are
     */
    float[] apply(Tensor tensor);
  }

  /**
   * A tensor under attack.
   *
   * @param name in the checkpoint
   * @param columns of a matrix; all elements for a vector
   * @param isMatrix whether it has two dimensions
   * @param values of the instance
   * @param base of the base model
   */
  record Tensor(String name, int columns, boolean isMatrix, float[] values, float[] base) {}

  private final String name;
  private final String description;
  private final Map<String, Formula> strengths;

  /**
   * @param strengths in order
   */
  WeightChange(String name, String description, SequencedMap<String, Formula> strengths) {
    this.name = name;
    this.description = description;
    this.strengths = strengths;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Price price() {
    return Price.LOSS;
  }

  @Override
  public List<String> strengths() {
    return List.copyOf(strengths.keySet());
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    Map<String, float[]> base = target.base().values();
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    target
        .checkpoint()
        .tensors()
        .tensors()
        .forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
    strengths.forEach(
        (strength, formula) -> {
          if (wanted.contains(strength)) {
            Map<String, float[]> changed = new LinkedHashMap<>();
            target
                .weights()
                .forEach(
                    (tensor, values) -> {
                      List<Long> shape = shapes.getOrDefault(tensor, List.of());
                      int columns =
                          shape.isEmpty() ? values.length : Math.toIntExact(shape.getLast());
                      changed.put(
                          tensor,
                          formula.apply(
                              new Tensor(
                                  tensor,
                                  columns,
                                  shape.size() == 2,
                                  values,
                                  Target.tensor(base, tensor))));
                    });
            listener.measured(strength, target.measure(changed));
          }
        });
  }
}
