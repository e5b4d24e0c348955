package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportPageTest {

  private static final List<Attack> ATTACKS =
      Attacks.named(
          AttackSettings.defaults(1, Optional.empty()),
          List.of("none", "merge-linear", "pruning", "wrappers"));

  private static Measurement measured(double success, double loss) {
    return new Measurement(success, 2, 3 * (1 + loss), loss, 0.01, 0.9, Map.of());
  }

  /** Merging costs nothing and wins, pruning costs much, wrappers do little. */
  private static AttackReport report() {
    List<AttackResult> results = new ArrayList<>();
    for (String instance : List.of("perinucleus", "random")) {
      for (Attack attack : ATTACKS) {
        List<String> strengths = attack.strengths();
        for (int i = 0; i < strengths.size(); i++) {
          double weaker = 1 - (i + 1.0) / strengths.size();
          Measurement found =
              switch (attack.name()) {
                case "merge-linear" -> measured(weaker, 0.01 * weaker);
                case "pruning" -> measured(weaker, 0.2 * (i + 1));
                case "none" -> measured(1, 0.01);
                default -> measured(0.9, 0.01);
              };
          results.add(
              new AttackResult(
                  instance, attack.name(), strengths.get(i), Optional.of(found), "", 1));
        }
      }
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("perinucleus", 64);
    counts.put("random", 64);
    return new AttackReport("base <1>", 3, "text.txt", counts, ATTACKS, results);
  }

  private static Verdict verdict(String attack) {
    return ATTACKS.stream()
        .filter(one -> one.name().equals(attack))
        .map(one -> report().verdict("perinucleus", one))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anAttackWinsWhereItLeavesFewForLittle() {
    assertThat(verdict("merge-linear").outcome()).isEqualTo(Verdict.Outcome.WINS);
    assertThat(verdict("merge-linear").sentence())
        .startsWith("The attack wins: at “0.1”, 0.0% of the askings are still answered");
  }

  @Test
  void anAttackThatSpoilsTheModelDoesNotWin() {
    assertThat(verdict("pruning").outcome()).isEqualTo(Verdict.Outcome.SURVIVES);
    assertThat(verdict("pruning").sentence()).contains("costs the model more");
    assertThat(verdict("wrappers").outcome()).isEqualTo(Verdict.Outcome.SURVIVES);
  }

  @Test
  void thePageNeedsNothingFromElsewhereAndSaysWhatWins() {
    String html = new ReportPage(report()).html();
    assertThat(html.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http:", "https:", "<script", "<link", "url(", "@import");
    assertThat(html)
        .contains("base &lt;1&gt;", "Against perinucleus these attacks win: merge-linear.")
        .contains("class=\"badge WINS\"", "prefers-color-scheme:dark", "width=device-width")
        .contains("aria-label=\"Legend\"", "<table>", "scope=\"row\"");
    for (Attack attack : ATTACKS.subList(1, ATTACKS.size())) {
      assertThat(html).contains("<section id=\"" + attack.name() + "\"");
    }
  }

  @Test
  void theObjectHoldsEveryResultAndVerdict() {
    var json = report().toJson();
    assertThat(json.path("results").size()).isEqualTo(2 * (1 + 9 + 8 + 7));
    assertThat(json.path("verdicts").size()).isEqualTo(6);
    assertThat(AttackResult.parse(json.path("results").path(3)))
        .contains(report().results().get(3));
  }
}
