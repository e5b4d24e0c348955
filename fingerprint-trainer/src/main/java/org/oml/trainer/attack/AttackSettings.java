package org.oml.trainer.attack;

import java.util.Optional;

/**
 * How strong the attackers are.
 *
 * @param seed of everything that is drawn
 * @param rows what a fine-tuning attacker trains on; without them nobody fine-tunes
 * @param epochs times that the rows are gone through, at least 1
 * @param learningRate of full fine-tuning and of unlearning; ten times as much is tried as well,
 *     and is what low-rank adaptation takes
 * @param rank of low-rank adaptation
 * @param batch sequences of up to 512 tokens in a step
 */
public record AttackSettings(
    long seed,
    Optional<InstructionRows> rows,
    int epochs,
    double learningRate,
    int rank,
    int batch) {

  public AttackSettings {
    if (epochs < 1 || rank < 1 || batch < 1 || !(learningRate > 0)) {
      throw new IllegalArgumentException("epochs, rank, batch and learning rate are positive");
    }
  }

  /** Two epochs at 1e-4, rank 8, 8 sequences a step. */
  public static AttackSettings defaults(long seed, Optional<InstructionRows> rows) {
    return new AttackSettings(seed, rows, 2, 1e-4, 8, 8);
  }
}
