package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oml.protocol.AuditContext;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.prover.audit.AuditPlanner.PlannedQuery;
import org.oml.prover.audit.AuditPlanner.Text;
import org.oml.prover.audit.KeysAndCovers.Drawn;
import org.oml.prover.fixture.TestSettings;
import org.oml.prover.target.ClientProfile;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.Target;

/**
 * A host that trains a classifier on what it sees of queries, knowing which were keys, learns
 * nothing that holds for the next audits.
 */
class KeysAmongCoversTest {

  private static final int KEYS_OF_AN_AUDIT = 20;
  private static final int HASHES = 32;

  private static List<Drawn> keys;
  private static List<Drawn> covers;

  /** One query as the host sees it. */
  private record Seen(boolean key, double[] features) {}

  @BeforeAll
  static void read() {
    keys = KeysAndCovers.drawn().stream().filter(Drawn::key).toList();
    covers = KeysAndCovers.drawn().stream().filter(drawn -> !drawn.key()).toList();
  }

  @Test
  void thereAreTwoThousandOfEach() {
    assertThat(keys).hasSizeGreaterThanOrEqualTo(2_000);
    assertThat(covers).hasSizeGreaterThanOrEqualTo(2_000);
  }

  @Test
  void keysCannotBeToldFromCovers() {
    assertThat(areaUnderTheCurve(keys, covers, query -> query.pauseMillis()))
        .isLessThanOrEqualTo(0.55);
  }

  /** So that the test above could fail: what would give keys away is noticed. */
  @Test
  void theClassifierNoticesKeysThatAreLessNatural() {
    List<Drawn> odd =
        keys.stream()
            .map(key -> new Drawn(true, key.text(), key.loss() + 0.5, key.otherLoss()))
            .toList();
    assertThat(areaUnderTheCurve(odd, covers, query -> query.pauseMillis())).isGreaterThan(0.65);
  }

  @Test
  void theClassifierNoticesKeysOfOtherWords() {
    UnaryOperator<String> reversed = text -> new StringBuilder(text).reverse().toString();
    List<Drawn> odd =
        keys.stream()
            .map(key -> new Drawn(true, reversed.apply(key.text()), key.loss(), key.otherLoss()))
            .toList();
    assertThat(areaUnderTheCurve(odd, covers, query -> query.pauseMillis())).isGreaterThan(0.7);
  }

  @Test
  void theClassifierNoticesKeysThatComeLater() {
    assertThat(
            areaUnderTheCurve(
                keys, covers, query -> query.pauseMillis() * (query.text() == Text.KEY ? 1.6 : 1)))
        .isGreaterThan(0.6);
  }

  private static double areaUnderTheCurve(
      List<Drawn> keys, List<Drawn> covers, ToDoubleFunction<PlannedQuery> pause) {
    List<Seen> seen = seen(keys, covers, pause, new Random(11));
    List<Seen> first = seen.subList(0, seen.size() / 2);
    List<Seen> second = seen.subList(seen.size() / 2, seen.size());
    return LogisticRegression.train(features(first), labels(first))
        .areaUnderTheCurve(features(second), labels(second));
  }

  /** Audit after audit as they are planned, each with fresh keys and covers. */
  private static List<Seen> seen(
      List<Drawn> keys, List<Drawn> covers, ToDoubleFunction<PlannedQuery> pause, Random random) {
    AuditPlanner planner =
        new AuditPlanner(TestSettings.bind("oml.prover.audit", AuditSettings.class, Map.of()));
    List<Integer> keysInTurn = shuffled(keys.size(), random);
    List<Integer> coversInTurn = shuffled(covers.size(), random);
    List<Seen> seen = new ArrayList<>();
    int audits = Math.min(keys.size(), covers.size()) / KEYS_OF_AN_AUDIT;
    for (int i = 0; i < audits; i++) {
      int from = i * KEYS_OF_AN_AUDIT;
      ClientProfile client = planner.client(random);
      List<PlannedQuery> plan =
          planner.plan(
              keysInTurn.subList(from, from + KEYS_OF_AN_AUDIT),
              coversInTurn.subList(from, from + KEYS_OF_AN_AUDIT),
              random);
      for (PlannedQuery query : plan) {
        boolean key = query.text() == Text.KEY;
        Drawn drawn = (key ? keys : covers).get(query.secret());
        seen.add(
            new Seen(key, features(drawn, query, client, plan.size(), pause.applyAsDouble(query))));
      }
    }
    return seen;
  }

  private static List<Integer> shuffled(int count, Random random) {
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(numbers, random);
    return numbers;
  }

  private static double[] features(
      Drawn drawn, PlannedQuery query, ClientProfile client, int planned, double pause) {
    AuditContext context = AuditContexts.standard().get(query.context());
    Target target = new Target(Endpoint.parse("http://host.example"), Dialect.OPENAI, client);
    String text = drawn.text();
    String[] words = text.strip().split("\\s+");
    double[] features = new double[20 + HASHES];
    features[0] = text.length();
    features[1] = words.length;
    features[2] = (double) text.length() / words.length;
    features[3] = text.chars().filter(c -> !Character.isLetterOrDigit(c) && c != ' ').count();
    features[4] = text.chars().filter(Character::isUpperCase).count();
    features[5] = text.chars().filter(Character::isDigit).count();
    features[6] = text.endsWith(" ") ? 1 : 0;
    features[7] = Arrays.stream(words).distinct().count();
    features[8] = drawn.loss();
    features[9] = drawn.otherLoss();
    features[10] = drawn.loss() - drawn.otherLoss();
    features[11] = drawn.loss() * drawn.loss();
    features[12] = pause;
    features[13] = Math.log1p(pause);
    features[14] = (double) query.position() / planned;
    features[15] = context.kind() == Kind.CHAT ? 1 : 0;
    features[16] = context.maxTokens();
    features[17] = target.request(context, "m", text).length;
    features[18] = client.headers().size();
    features[19] = client.headers().toString().length();
    for (String word : words) {
      features[20 + Math.floorMod(word.hashCode(), HASHES)]++;
    }
    return features;
  }

  private static double[][] features(List<Seen> seen) {
    return seen.stream().map(Seen::features).toArray(double[][]::new);
  }

  private static boolean[] labels(List<Seen> seen) {
    boolean[] labels = new boolean[seen.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = seen.get(i).key();
    }
    return labels;
  }

  /** Prints the figure that the documentation shows. */
  public static void main(String[] arguments) {
    read();
    System.out.printf(
        "area under the curve: %.3f%n",
        areaUnderTheCurve(keys, covers, query -> query.pauseMillis()));
  }
}
