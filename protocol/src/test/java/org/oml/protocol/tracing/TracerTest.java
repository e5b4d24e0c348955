package org.oml.protocol.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;

class TracerTest {

  private static final int INSTANCES = 500;
  private static final double BOUND = 0.01;

  private final TracingCode code =
      new TracingCode(Keccak.of("a test's secret"), CodeDesign.standard(8), 96);
  private final Tracer tracer = new Tracer(code);
  private final Set<Bytes32> instances = instances(INSTANCES);

  @Test
  void aCopyIsTracedToItsInstanceAndToNoOther() {
    Bytes32 leaked = TracingCodeTest.instance(123);

    Trace trace = tracer.trace(answersOf(leaked), instances, BOUND);

    assertThat(trace.named()).extracting(Suspect::instance).containsExactly(leaked);
    Suspect first = trace.suspects().getFirst();
    assertThat(first.agreements()).isEqualTo(96);
    assertThat(first.corrected()).isLessThan(1e-20).isGreaterThanOrEqualTo(first.probability());
    assertThat(trace.suspects()).hasSize(INSTANCES);
  }

  @Test
  void mixedAnswersAreTracedToThoseWhoMixedThem() {
    List<Bytes32> coalition = List.of(TracingCodeTest.instance(7), TracingCodeTest.instance(8));
    Random random = new Random(5);
    List<CodeAnswer> mixed = new ArrayList<>();
    for (int position = 0; position < code.positions(); position++) {
      mixed.add(answer(position, code.symbol(position, coalition.get(random.nextInt(2)))));
    }

    Trace trace = tracer.trace(mixed, instances, BOUND);

    assertThat(trace.named())
        .extracting(Suspect::instance)
        .containsExactlyInAnyOrderElementsOf(coalition);
  }

  @Test
  void nobodyIsNamedForAModelThatCameFromNone() {
    Random random = new Random(11);
    List<CodeAnswer> chance =
        IntStream.range(0, code.positions()).mapToObj(i -> answer(i, random.nextInt(8))).toList();
    List<CodeAnswer> silence =
        IntStream.range(0, code.positions())
            .mapToObj(i -> new CodeAnswer(i, OptionalInt.empty()))
            .toList();

    assertThat(tracer.trace(chance, instances, BOUND).named()).isEmpty();
    assertThat(tracer.trace(silence, instances, BOUND).named()).isEmpty();
    assertThat(tracer.trace(List.of(), instances, BOUND).named()).isEmpty();
  }

  @Test
  void aStrangersCopyNamesNobodyWhoWasIssued() {
    Bytes32 stranger = TracingCodeTest.instance(INSTANCES + 1);
    assertThat(tracer.trace(answersOf(stranger), instances, BOUND).named()).isEmpty();
  }

  @Test
  void probabilitiesAreThoseOfAllThatAnInnocentMayHave() {
    CodeDesign design = new CodeDesign(List.of(Bias.of(150, 70, 36), Bias.of(100, 100, 56)), false);
    int[] biases = {0, 1, 0, 1, 1, 0};
    int[] readings = {0, 1, 3, 2, 0, 2};
    Scoring scoring = new Scoring.Maker(design).of(biases, readings);
    for (int score = -60; score <= 120; score++) {
      double all = enumerated(design, scoring, biases, readings, score);
      assertThat(scoring.tail(score)).isCloseTo(all, within(1e-14));
      assertThat(scoring.bound(score)).isGreaterThanOrEqualTo(all - 1e-12);
      assertThat(scoring.isRarer(score, all * 0.999) && all > 0).isFalse();
    }
  }

  @Test
  void innocentsScoreAsOftenAsTheirProbabilitySays() {
    Set<Bytes32> many = instances(20_000);
    Trace trace = tracer.trace(answersOf(TracingCodeTest.instance(-1)), many, BOUND);
    for (double level : new double[] {0.5, 0.1, 0.01}) {
      long below =
          trace.suspects().stream().filter(suspect -> suspect.probability() <= level).count();
      // Scores are whole numbers: probabilities at most a level are as rare or rarer.
      assertThat(below)
          .isLessThan((long) (many.size() * level + 5 * Math.sqrt(many.size() * level)));
    }
  }

  @Test
  void answersThatTheCodeHasNotAreRefused() {
    assertThatThrownBy(() -> tracer.trace(List.of(answer(1, 0), answer(1, 0)), instances, BOUND))
        .isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> tracer.trace(List.of(answer(1, 8)), instances, BOUND))
        .isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> tracer.trace(List.of(answer(96, 0)), instances, BOUND))
        .isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> tracer.trace(List.of(answer(1, 0)), instances, 0))
        .isInstanceOf(CodedException.class);
  }

  private static double enumerated(
      CodeDesign design, Scoring scoring, int[] biases, int[] readings, int least) {
    double sum = 0;
    int all = (int) Math.pow(3, biases.length);
    for (int word = 0; word < all; word++) {
      double chance = 1;
      int score = 0;
      for (int i = 0, rest = word; i < biases.length; i++, rest /= 3) {
        chance *= design.biases().get(biases[i]).probability(rest % 3);
        score += scoring.weight(biases[i], readings[i], rest % 3);
      }
      sum += score >= least ? chance : 0;
    }
    return sum;
  }

  private List<CodeAnswer> answersOf(Bytes32 instance) {
    return IntStream.range(0, code.positions())
        .mapToObj(position -> answer(position, code.symbol(position, instance)))
        .toList();
  }

  private static CodeAnswer answer(int position, int response) {
    return new CodeAnswer(position, OptionalInt.of(response));
  }

  private static Set<Bytes32> instances(int number) {
    return IntStream.range(0, number)
        .mapToObj(TracingCodeTest::instance)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
