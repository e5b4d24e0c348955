package org.oml.trainer.attack;

import java.util.List;
import java.util.Optional;

/**
 * How strong the attackers are.
 *
 * @param seed of everything that is drawn
 * @param rows what a fine-tuning attacker trains on; without them nobody fine-tunes
 * @param epochs times that the rows are gone through, at least 1
 * @param learningRates of full fine-tuning and of unlearning, each tried, once and ascending
 *     whatever order they come in; the largest is that of low-rank adaptation
 * @param rank of low-rank adaptation
 * @param batch sequences of up to 512 tokens in a step
 */
public record AttackSettings(
    long seed,
    Optional<InstructionRows> rows,
    int epochs,
    List<Double> learningRates,
    int rank,
    int batch) {

  /** Of low-rank adaptation unless told. */
  public static final int RANK = 8;

  /** Sequences in a step of fine-tuning unless told. */
  public static final int BATCH = 8;

  public AttackSettings {
    learningRates = learningRates.stream().distinct().sorted().toList();
    if (epochs < 1
        || rank < 1
        || batch < 1
        || learningRates.isEmpty()
        || learningRates.stream().anyMatch(rate -> !(rate > 0))) {
      throw new IllegalArgumentException("epochs, rank, batch and learning rates are positive");
    }
  }

  /** Two epochs at 1e-4 and at 1e-3. */
  public static AttackSettings defaults(long seed, Optional<InstructionRows> rows) {
    return new AttackSettings(seed, rows, 2, List.of(1e-4, 1e-3), RANK, BATCH);
  }

  /** The largest learning rate. */
  double boldest() {
    return learningRates.getLast();
  }
}
