package org.oml.protocol.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;

class HitWeightsTest {

  private static final int ASKED = 54;
  private static final double COURTS = 36 * Math.log(2);
  private static final int TRIALS = 2_000;

  private final TracingCode code =
      new TracingCode(Keccak.of("a test's secret"), CodeDesign.standard(8), ASKED);
  private final HitWeights weights = new HitWeights(code);
  private final List<Integer> all = IntStream.range(0, ASKED).boxed().toList();

  @Test
  void rareSymbolsWeighMore() {
    Bytes32 instance = TracingCodeTest.instance(3);
    List<Integer> distinct =
        all.stream().map(position -> weights.of(position, instance)).distinct().sorted().toList();
    assertThat(distinct).hasSizeBetween(4, 6).allMatch(weight -> weight >= 1);
    assertThat(distinct.getLast()).isGreaterThan(3 * distinct.getFirst());
  }

  @Test
  void anInstanceThatForgotOneKeyInTenReachesWhatConvictsIt() {
    assertThat(guilty(all, 0.9)).isGreaterThan(TRIALS * 95 / 100);
  }

  /** How many instances that answer so many of their keys as taught would be convicted. */
  private int guilty(List<Integer> positions, double faithful) {
    int threshold = weights.threshold(positions, COURTS);
    Random random = new Random(1);
    int reached = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Bytes32 instance = TracingCodeTest.instance(trial);
      int weight = 0;
      for (int position : positions) {
        weight += random.nextDouble() < faithful ? weights.of(position, instance) : 0;
      }
      reached += weight >= threshold ? 1 : 0;
    }
    return reached;
  }

  /** Prints the table of docs/tracing.md. */
  public static void main(String[] arguments) {
    HitWeightsTest test = new HitWeightsTest();
    for (int asked = 27; asked <= ASKED; asked += 9) {
      List<Integer> positions = test.all.subList(0, asked);
      System.out.printf(
          "%d questions, %d convicts: %.1f%% %.1f%%%n",
          asked,
          test.weights.threshold(positions, COURTS),
          100.0 * test.guilty(positions, 0.9) / TRIALS,
          100.0 * test.guilty(positions, 0.95) / TRIALS);
    }
  }

  /** Held to a level that trials can see, whether the pirate says what most have or what few. */
  @Test
  void innocentsReachAThresholdAsSeldomAsItSays() {
    int threshold = weights.threshold(all, Math.log(20));
    Random random = new Random(2);
    assertThat(reaching(threshold, position -> symbolOfRank(position, 0))).isLessThan(TRIALS / 20);
    assertThat(reaching(threshold, position -> symbolOfRank(position, 1))).isLessThan(TRIALS / 20);
    assertThat(reaching(threshold, position -> symbolOfRank(position, random.nextInt(2))))
        .isLessThan(TRIALS / 20);
    assertThat(reaching(weights.threshold(all, 0.1), position -> symbolOfRank(position, 0)))
        .isPositive();
  }

  private int symbolOfRank(int position, int rank) {
    return code.symbols(position).position().order()[rank];
  }

  private int reaching(int threshold, IntUnaryOperator pirate) {
    int[] answers = all.stream().mapToInt(pirate::applyAsInt).toArray();
    int reaching = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Bytes32 innocent = TracingCodeTest.instance(trial);
      int weight = 0;
      for (int position : all) {
        boolean hit = code.symbol(position, innocent) == answers[position];
        weight += hit ? weights.of(position, innocent) : 0;
      }
      reaching += weight >= threshold ? 1 : 0;
    }
    return reaching;
  }

  @Test
  void moreQuestionsAndASmallerChanceAskForMore() {
    List<Integer> half = all.subList(0, ASKED / 2);
    assertThat(weights.threshold(half, COURTS))
        .isLessThan(weights.threshold(all, COURTS))
        .isGreaterThan(weights.threshold(half, COURTS / 2));
    assertThatThrownBy(() -> weights.threshold(all, 0)).isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> weights.threshold(List.of(ASKED), 1))
        .isInstanceOf(CodedException.class);
  }
}
