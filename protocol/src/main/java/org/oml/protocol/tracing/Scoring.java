package org.oml.protocol.tracing;

/**
 * What an answer at every position makes of the symbols there: the pirate's model that explains the
 * answers best, the weights that follow from it, and what an innocent may score. One is made for
 * each trace.
 */
public final class Scoring {

  private final AnswerTable table;
  private final Weights weights;
  private final InnocentScores innocent;

  private Scoring(CodeDesign design, PirateModels models, AnswerCounts counts) {
    table = models.mostProbable(counts);
    weights = new Weights(design, table);
    innocent = new InnocentScores(design, counts, weights);
  }

  /** Makes scorings for one design; what hangs on the design alone is computed once. */
  public static final class Maker {

    private final CodeDesign design;
    private final PirateModels models;

    public Maker(CodeDesign design) {
      this.design = design;
      models = new PirateModels(design);
    }

    /**
     * @param biases of the positions that were read
     * @param readings of the same positions: the rank of the symbol, or {@link CodeDesign#none}
     */
    public Scoring of(int[] biases, int[] readings) {
      AnswerCounts counts = new AnswerCounts(design);
      for (int i = 0; i < biases.length; i++) {
        counts.add(biases[i], readings[i]);
      }
      return new Scoring(design, models, counts);
    }
  }

  /** What an instance scores at one position. */
  public int weight(int bias, int reading, int symbol) {
    return weights.of(bias, reading, symbol);
  }

  /** The probability that an innocent instance has a score or more. */
  public double tail(int score) {
    return innocent.tail(score);
  }

  /** Whether that probability is at most a level; rarely no where it is, never yes where not. */
  public boolean isRarer(int score, double level) {
    return innocent.isRarer(score, level);
  }

  /** An upper bound of the same probability that costs little. */
  public double bound(int score) {
    return innocent.bound(score);
  }

  /** How the pirate seems to answer. */
  public PirateModel pirate() {
    return table.model();
  }
}
