package org.oml.protocol.tracing.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.oml.protocol.tracing.simulation.Campaign.Threshold.FITTED;
import static org.oml.protocol.tracing.simulation.Campaign.Threshold.FOR_ALL;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.PirateModel;

/** What is required of the code; {@code ./oml soak} makes the 10,000 trials. */
class CampaignTest {

  private static final int HOSTS = 2_048;
  private static final int TRIALS = Boolean.getBoolean("oml.soak") ? 10_000 : 400;

  /** One in a hundred of 10,000; of 400, where 3 are expected, so many as chance allows. */
  private static final int MOST_FALSE_ACCUSATIONS = TRIALS == 10_000 ? 100 : 9;

  /** What the code is held to is stricter than what argmax is. */
  private static final double CODE_BOUND = 0.0075;

  private static final double REQUIRED = 0.01;

  private final Campaign code =
      campaign(new CodedScheme(CodeDesign.standard(8), HOSTS, CODE_BOUND), FOR_ALL);
  private final Campaign argmax = campaign(new ArgmaxScheme(HOSTS, REQUIRED), FOR_ALL);

  @ParameterizedTest
  @CsvSource({"MAJORITY, 76", "MINORITY, 40", "REFUSE_IF_DIFFERENT, 92", "RANDOM, 72"})
  void threeAreNamedWithLessThanHalfOfTheFingerprintsThatArgmaxNeeds(
      Strategy strategy, int fingerprints) {
    PirateModel pirate = strategy.of(3);

    Rates coded = code.rates(pirate, fingerprints);
    Rates counted = argmax.rates(pirate, 2 * fingerprints);

    assertThat(coded.detection()).isGreaterThanOrEqualTo(0.95);
    assertThat(coded.falseAccusations()).isLessThanOrEqualTo(MOST_FALSE_ACCUSATIONS);
    assertThat(counted.detection()).isLessThan(0.95);
  }

  @Test
  void theBestResponseOfThreeIsNamedTooAndArgmaxIsBlindToIts() {
    PirateModel against = code.pirate(Strategy.BEST_RESPONSE, 3, 136);
    Rates coded = code.rates(against, 136);
    Rates counted = argmax.rates(argmax.pirate(Strategy.BEST_RESPONSE, 3, 1_024), 1_024);

    assertThat(coded.detection()).isGreaterThanOrEqualTo(0.95);
    assertThat(coded.falseAccusations()).isLessThanOrEqualTo(MOST_FALSE_ACCUSATIONS);
    assertThat(counted.detection()).isLessThan(0.05);
  }

  @ParameterizedTest
  @EnumSource(value = Strategy.class, names = "BEST_RESPONSE", mode = EnumSource.Mode.EXCLUDE)
  void innocentsAreSafeWhateverTheSizeAndWhateverTheCodesLength(Strategy strategy) {
    for (int size : new int[] {1, 2, 5}) {
      Rates few = code.rates(strategy.of(size), 24);
      assertThat(few.falseAccusations()).isLessThanOrEqualTo(MOST_FALSE_ACCUSATIONS);
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    PirateModel pirate = Strategy.RANDOM.of(2);
    assertThat(code.rates(pirate, 40)).isEqualTo(code.rates(pirate, 40));
    assertThat(new Campaign(code.scheme(), TRIALS, 8, FOR_ALL).rates(pirate, 40))
        .isNotEqualTo(code.rates(pirate, 40));
  }

  /** Where both have a threshold that is fitted to the strategy. */
  @ParameterizedTest
  @CsvSource({"MAJORITY, 60", "MINORITY, 40", "REFUSE_IF_DIFFERENT, 76", "RANDOM, 52"})
  void threeAreNamedWithAboutHalfOfTheFingerprintsIfEitherKnewTheStrategy(
      Strategy strategy, int fingerprints) {
    Campaign coded = campaign(code.scheme(), FITTED);
    Campaign counted = campaign(argmax.scheme(), FITTED);
    PirateModel pirate = strategy.of(3);

    assertThat(coded.detection(coded.rates(pirate, fingerprints))).isGreaterThanOrEqualTo(0.95);
    assertThat(counted.detection(counted.rates(pirate, 2 * fingerprints - 12))).isLessThan(0.95);
  }

  @Test
  void aThresholdFittedToTheStrategyNeedsFewerFingerprintsThanOneThatHoldsForAll() {
    Rates rates = argmax.rates(Strategy.MAJORITY.of(3), 128);
    assertThat(rates.fitted()).isGreaterThan(rates.detected());
  }

  private static Campaign campaign(Scheme scheme, Campaign.Threshold threshold) {
    return new Campaign(scheme, TRIALS, 7, threshold);
  }

  @Test
  void theTailOfArgmaxIsTheBinomialOne() {
    assertThat(ArgmaxScheme.tail(4, 0)).isEqualTo(1);
    assertThat(ArgmaxScheme.tail(4, 3)).isEqualTo(5.0 / 16);
    assertThat(ArgmaxScheme.tail(4, 4)).isEqualTo(1.0 / 16);
    assertThat(new ArgmaxScheme(2, 1).trial(Strategy.MAJORITY.of(1), 70, new SplittableRandom(1)))
        .matches(Trial::detected);
  }
}
