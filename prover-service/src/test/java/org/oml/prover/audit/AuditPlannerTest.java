package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.prover.audit.AuditPlanner.PlannedQuery;
import org.oml.prover.audit.AuditPlanner.Text;
import org.oml.prover.target.ClientProfile;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AuditPlannerTest {

  private static final int MANY = 6_000;

  private final AuditPlanner planner = planner(Map.of());

  @Test
  void aSeedRepeatsAPlan() {
    List<Integer> keys = List.of(4, 8, 15, 16, 23, 42);
    List<Integer> covers = List.of(0, 1, 2, 3);
    List<PlannedQuery> plan = planner.plan(keys, covers, new Random(7));
    assertThat(planner.plan(keys, covers, new Random(7))).isEqualTo(plan);
    assertThat(planner.plan(keys, covers, new Random(8))).isNotEqualTo(plan);
    assertThat(AuditPlanner.draw(keys, 3, new Random(7)))
        .isEqualTo(AuditPlanner.draw(keys, 3, new Random(7)));
  }

  @ParameterizedTest
  @CsvSource({"1,0", "1,1", "2,40", "64,1000", "64,0"})
  void everyKeyAndEveryCoverIsAskedExactlyOnce(int keys, int covers) {
    List<Integer> secretKeys = numbers(100, keys);
    List<Integer> secretCovers = numbers(50, covers);
    List<PlannedQuery> plan = planner.plan(secretKeys, secretCovers, new Random(1));
    assertThat(plan).extracting(PlannedQuery::position).isEqualTo(numbers(0, keys + covers));
    assertThat(secrets(plan, Text.KEY)).containsExactlyInAnyOrderElementsOf(secretKeys);
    assertThat(secrets(plan, Text.COVER)).containsExactlyInAnyOrderElementsOf(secretCovers);
  }

  @Test
  void drawsDifferentKeysOutOfTheFreeOnesAlone() {
    List<Integer> free = List.of(3, 5, 9, 11);
    HashSet<Integer> seen = new HashSet<>();
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      List<Integer> drawn = AuditPlanner.draw(free, 2, random);
      assertThat(drawn).doesNotHaveDuplicates().hasSize(2).isSubsetOf(free);
      seen.addAll(drawn);
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(free);
  }

  @Test
  void contextsAreTheSameForKeysAndCovers() {
    List<PlannedQuery> plan = large();
    for (int context = 0; context < AuditContexts.standard().size(); context++) {
      int wanted = context;
      double ofKeys = mean(plan, Text.KEY, query -> query.context() == wanted ? 1 : 0);
      double ofCovers = mean(plan, Text.COVER, query -> query.context() == wanted ? 1 : 0);
      assertThat(ofKeys).isPositive().isCloseTo(ofCovers, within(0.03));
    }
  }

  @Test
  void pausesAreTheSameForKeysAndCovers() {
    List<PlannedQuery> plan = large();
    assertThat(plan).allSatisfy(query -> assertThat(query.pauseMillis()).isBetween(0, 10 * 250));
    for (int limit : new int[] {50, 150, 250, 500, 1_000}) {
      double ofKeys = mean(plan, Text.KEY, query -> query.pauseMillis() < limit ? 1 : 0);
      double ofCovers = mean(plan, Text.COVER, query -> query.pauseMillis() < limit ? 1 : 0);
      assertThat(ofKeys).as("pauses below %d", limit).isCloseTo(ofCovers, within(0.03));
    }
    assertThat(mean(plan, Text.KEY, PlannedQuery::pauseMillis)).isCloseTo(250, within(20.0));
  }

  /**
   * Half of the pauses are shorter than e to the −½ of the mean, as of a log-normal of spread 1.
   */
  @Test
  void pausesAreLogNormal() {
    List<PlannedQuery> plan = large();
    double median = 250 * Math.exp(-0.5);
    assertThat(plan.stream().filter(query -> query.pauseMillis() < median).count())
        .isCloseTo(plan.size() / 2, within(plan.size() / 50L));
    double logarithms =
        plan.stream()
            .mapToDouble(query -> Math.pow(Math.log((query.pauseMillis() + 0.5) / median), 2))
            .average()
            .orElseThrow();
    assertThat(Math.sqrt(logarithms)).isCloseTo(1, within(0.05));
  }

  @Test
  void everyClientIsBorrowedByAndBy() {
    Random random = new Random(5);
    assertThat(IntStream.range(0, 100).mapToObj(i -> planner.client(random)))
        .contains(ClientProfile.values());
  }

  @Test
  void placesAreTheSameForKeysAndCovers() {
    List<PlannedQuery> plan = large();
    assertThat(mean(plan, Text.KEY, PlannedQuery::position))
        .isCloseTo(mean(plan, Text.COVER, PlannedQuery::position), within(0.03 * plan.size()));
    List<Text> first =
        IntStream.range(0, 50)
            .mapToObj(seed -> planner.plan(List.of(0), List.of(0), new Random(seed)))
            .map(two -> two.getFirst().text())
            .toList();
    assertThat(first).contains(Text.KEY, Text.COVER);
  }

  @Test
  void asksTheInterfacesThatAreSetAndNoOther() {
    for (Kind kind : Kind.values()) {
      List<PlannedQuery> plan =
          planner(Map.of("oml.prover.audit.kinds", kind.name()))
              .plan(numbers(0, 20), numbers(0, 20), new Random(3));
      assertThat(plan)
          .allSatisfy(
              query ->
                  assertThat(AuditContexts.standard().get(query.context()).kind()).isEqualTo(kind));
    }
    assertThat(large())
        .extracting(query -> AuditContexts.standard().get(query.context()).kind())
        .contains(Kind.CHAT, Kind.COMPLETION);
  }

  private List<PlannedQuery> large() {
    return planner.plan(numbers(0, MANY), numbers(0, MANY), new Random(11));
  }

  private static double mean(
      List<PlannedQuery> plan, Text text, ToDoubleFunction<PlannedQuery> value) {
    return plan.stream()
        .filter(query -> query.text() == text)
        .mapToDouble(value)
        .average()
        .orElseThrow();
  }

  private static List<Integer> secrets(List<PlannedQuery> plan, Text text) {
    return plan.stream()
        .filter(query -> query.text() == text)
        .sorted(Comparator.comparingInt(PlannedQuery::position))
        .map(PlannedQuery::secret)
        .toList();
  }

  private static List<Integer> numbers(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList();
  }

  private static AuditPlanner planner(Map<String, String> settings) {
    return new AuditPlanner(
        new Binder(new MapConfigurationPropertySource(settings))
            .bindOrCreate("oml.prover.audit", AuditSettings.class));
  }
}
