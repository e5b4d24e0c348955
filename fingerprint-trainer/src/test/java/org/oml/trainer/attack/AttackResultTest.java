package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

class AttackResultTest {

  private static final AttackResult MEASURED =
      new AttackResult(
          "random",
          "pruning",
          "70%",
          Optional.of(new Measurement(0.5, -1, Double.NaN, 0.1, 0.2, 0.9, Map.of("x", 1.0))),
          "",
          2.5);

  /** As it is read from the disk. */
  private static JsonNode kept(ObjectNode json) {
    return new ObjectMapper().readTree(json.toString());
  }

  @Test
  void whatWasKeptIsFoundAgainEvenWhereAFigureIsNoNumber() {
    AttackResult failed =
        new AttackResult("random", "pruning", "70%", Optional.empty(), "too small", 1);
    assertThat(AttackResult.parse(kept(MEASURED.toJson()))).contains(MEASURED);
    assertThat(AttackResult.parse(kept(failed.toJson()))).contains(failed);
  }

  @Test
  void aPartOfAResultIsNoResult() {
    MEASURED
        .toJson()
        .propertyNames()
        .forEach(
            name -> {
              ObjectNode less = MEASURED.toJson();
              less.remove(name);
              boolean optional = name.equals("seconds") || name.equals("also");
              assertThat(AttackResult.parse(kept(less)).isPresent()).as(name).isEqualTo(optional);
            });
  }
}
