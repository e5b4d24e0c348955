package org.oml.protocol.tracing;

import java.util.ArrayList;
import java.util.List;

/**
 * The pirates that a decoder reckons with. It takes the one under which the answers are most
 * probable (Furon and Pérez-Freire, "EM decoding of Tardos traitor tracing codes", 2009, estimate
 * it in another way). That looks at answers and biases alone, never at who has which symbol, so it
 * does not touch what an innocent's score may be.
 *
 * <p>Answers of random copies look the same whatever the size of the coalition, a single copy's
 * among them. Weights made for that serve against any pirate (Laarhoven, "Capacities and
 * capacity-achieving decoders for various fingerprinting games", 2014), so another model has to
 * explain the answers clearly better.
 */
final class PirateModels {

  private static final int USUAL_SIZE = 3;
  private static final int[] SIZES = {2, 3, 4, 5, 8};
  private static final double[] EXPONENTS = {
    Double.NEGATIVE_INFINITY, 0, 1, 3, Double.POSITIVE_INFINITY
  };
  private static final double[] REFUSALS = {0, 0.3, 0.6, 0.8, 1};
  private static final double[] NOISES = {0.01, 0.2};

  /** In nats. */
  private static final double CLEARLY = 2;

  private final AnswerTable usual;
  private final List<AnswerTable> others = new ArrayList<>();

  PirateModels(CodeDesign design) {
    usual = new AnswerTable(design, new PirateModel(USUAL_SIZE, 1, 0, NOISES[0]));
    for (double noise : NOISES) {
      for (int size : SIZES) {
        for (double refusal : REFUSALS) {
          for (double exponent : refusal == 1 ? new double[] {1} : EXPONENTS) {
            others.add(new AnswerTable(design, new PirateModel(size, exponent, refusal, noise)));
          }
        }
      }
    }
  }

  AnswerTable mostProbable(AnswerCounts counts) {
    AnswerTable best = usual;
    double most = usual.logLikelihood(counts) + CLEARLY;
    for (AnswerTable table : others) {
      double probable = table.logLikelihood(counts);
      if (probable > most) {
        most = probable;
        best = table;
      }
    }
    return best;
  }
}
