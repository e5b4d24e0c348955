package org.oml.dashboard.penalty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.penalty.Moment.Mark;
import tools.jackson.databind.JsonNode;

/** What a case rests on, as its dossier has it: what was asked, what was answered, what matched. */
final class Exchange {

  private static final int LONGEST = 160;

  private Exchange() {}

  /**
   * The moments before a case was opened.
   *
   * @param dossier null where there is none to show, for which nothing is answered
   */
  static List<Moment> moments(@Nullable JsonNode dossier) {
    if (dossier == null || !dossier.path("exchange").isObject()) {
      return List.of();
    }
    JsonNode exchange = dossier.path("exchange");
    JsonNode opening = dossier.path("opening");
    List<Moment> moments = new ArrayList<>();
    String key = quoted(opening.path("key").asString(""));
    moments.add(
        moment(
            "Asked",
            opening.isObject()
                ? "A question like any other, whose text is the key of a fingerprint: " + key
                : "A question, under whose permit another was answered too.",
            exchange.path("askedAt")));
    boolean permitted = !exchange.path("permit").asString("").isEmpty();
    moments.add(
        moment(
            "Answered",
            quoted(exchange.path("answer").asString(""))
                + (permitted ? " Its receipt names a permit." : " Its receipt names no permit."),
            exchange.path("answeredAt")));
    if (opening.isObject()) {
      String response = quoted(opening.path("response").asString("").strip());
      String index = opening.path("index").asString("");
      moments.add(
          new Moment(
              "Matched",
              "The answer begins as fingerprint " + index + " of the instance does: " + response,
              Mark.DONE,
              null,
              List.of()));
    }
    return List.copyOf(moments);
  }

  private static Moment moment(String title, String detail, JsonNode at) {
    Instant when = at.isNumber() ? Instant.ofEpochSecond(at.asLong()) : null;
    return new Moment(title, detail, Mark.DONE, when, List.of());
  }

  private static String quoted(String text) {
    String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST).strip() + " …";
    return "“" + shown + "”";
  }
}
