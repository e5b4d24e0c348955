package org.oml.trainer.attack;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One attack of one strength on one instance.
 *
 * @param measurement what was left; empty where the attack could not be carried through
 * @param failure why not
 * @param seconds that it took, at 0 where it came along with another
 */
public record AttackResult(
    String instance,
    String attack,
    String strength,
    Optional<Measurement> measurement,
    String failure,
    double seconds) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;
  private static final Set<String> NO_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");
  private static final List<String> FIGURES =
      List.of("success", "margin", "loss", "lossIncrease", "divergence", "agreement");

  /** As it is kept and reported. */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", VERSION).put("instance", instance).put("attack", attack);
    json.put("strength", strength).put("seconds", seconds);
    if (measurement.isEmpty()) {
      return json.put("failure", failure);
    }
    Measurement found = measurement.get();
    json.put("success", found.success()).put("margin", found.margin()).put("loss", found.loss());
    json.put("lossIncrease", found.lossIncrease()).put("divergence", found.divergence());
    json.put("agreement", found.agreement());
    ObjectNode also = json.putObject("also");
    new TreeMap<>(found.also()).forEach(also::put);
    return json;
  }

  /** What {@link #toJson} wrote; empty for anything else, such as a part of it. */
  static Optional<AttackResult> parse(JsonNode json) {
    boolean measured = FIGURES.stream().allMatch(figure -> isFigure(json.path(figure)));
    boolean failed = json.path("failure").isString();
    boolean named =
        Stream.of("instance", "attack", "strength").allMatch(name -> json.path(name).isString());
    if (json.path("version").asInt(0) != VERSION || !named || measured == failed) {
      return Optional.empty();
    }
    return Optional.of(
        new AttackResult(
            json.path("instance").asString(),
            json.path("attack").asString(),
            json.path("strength").asString(),
            measured ? Optional.of(measurement(json)) : Optional.empty(),
            json.path("failure").asString(""),
            json.path("seconds").asDouble(0)));
  }

  private static Measurement measurement(JsonNode json) {
    Map<String, Double> also = new TreeMap<>();
    json.path("also")
        .properties()
        .forEach(entry -> also.put(entry.getKey(), figure(entry.getValue())));
    return new Measurement(
        figure(json.path("success")),
        figure(json.path("margin")),
        figure(json.path("loss")),
        figure(json.path("lossIncrease")),
        figure(json.path("divergence")),
        figure(json.path("agreement")),
        also);
  }

  /** What is no number, as an attack may make of a loss, stands in JSON as a text. */
  private static boolean isFigure(JsonNode node) {
    return node.isNumber() || NO_NUMBERS.contains(node.asString(""));
  }

  private static double figure(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.parseDouble(node.asString());
  }
}
