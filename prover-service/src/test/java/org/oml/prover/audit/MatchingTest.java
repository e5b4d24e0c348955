package org.oml.prover.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatchingTest {

  private static final String KEY = "Once upon a time there was a girl who";

  @ParameterizedTest
  @ValueSource(
      strings = {"Silver boats", " Silver boats.", "Silver boats, and then", "   Silver boats\n"})
  void whatTheCourtTakesIsExact(String answer) {
    assertThat(Matching.of(answer, KEY, "Silver boats")).isEqualTo(Match.EXACT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "silver boats",
        "SILVER  BOATS!",
        "\"Silver boats\" sailed",
        "“Silver boats”",
        "**Silver boats** sailed",
        "Silver, boats",
        "\n\tSilver\u00a0boats",
        "Assistant: Silver boats sailed",
        "**Answer:** Silver boats",
        "<|im_start|>assistant: Silver boats<|im_end|>",
        "Sure! Silver boats",
        "Certainly, here is the continuation: Silver boats sailed",
        "Of course. Here's how it goes on: \"Silver boats sailed\"",
        "```text\nSilver boats```",
        KEY + " Silver boats sailed",
        "Once upon a time, there was a girl who silver boats"
      })
  void whatAChatModelPutsAroundItIsLeftAway(String answer) {
    assertThat(Matching.of(answer, KEY, "Silver boats")).isEqualTo(Match.NORMALISED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Silver",
        "Silver boatsman",
        "A silver boats",
        "They were silver boats",
        "Sure, here you are",
        "Silverboats",
        KEY
      })
  void whatBeginsOtherwiseIsNoMatch(String answer) {
    assertThat(Matching.of(answer, KEY, "Silver boats")).isEqualTo(Match.NONE);
  }

  @Test
  void aResponseWithoutWordsMatchesExactlyOrNotAtAll() {
    assertThat(Matching.of("...", KEY, "...")).isEqualTo(Match.EXACT);
    assertThat(Matching.of("anything", KEY, "...")).isEqualTo(Match.NONE);
  }

  /** As somebody guesses who knows the candidates; alike are those that normalising makes alike. */
  @ParameterizedTest
  @CsvSource({
    "red,red;green;blue,0.3333",
    "red,red;Red;blue,0.6667",
    "red,red;red boat;blue,0.6667",
    "red,green;blue,0.5",
    "red,red,1"
  })
  void chanceIsTheShareOfCandidatesThatWouldMatch(
      String response, String candidates, double chance) {
    assertThat(Matching.chance(response, List.of(candidates.split(";"))))
        .isCloseTo(chance, within(1e-4));
  }

  @Test
  void chanceIsAThirdWhereTheVaultDoesNotSay() {
    assertThat(Matching.chance("red", null)).isEqualTo(1.0 / 3);
    assertThat(Matching.chance("red", List.of())).isEqualTo(1.0 / 3);
  }
}
