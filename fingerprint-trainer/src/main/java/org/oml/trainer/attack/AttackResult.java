package org.oml.trainer.attack;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  static AttackResult parse(JsonNode json) {
    return new AttackResult(
        json.path("instance").asString(),
        json.path("attack").asString(),
        json.path("strength").asString(),
        json.has("success") ? Optional.of(measurement(json)) : Optional.empty(),
        json.path("failure").asString(""),
        json.path("seconds").asDouble());
  }

  private static Measurement measurement(JsonNode json) {
    Map<String, Double> also = new TreeMap<>();
    json.path("also")
        .properties()
        .forEach(entry -> also.put(entry.getKey(), entry.getValue().asDouble()));
    return new Measurement(
        json.path("success").asDouble(),
        json.path("margin").asDouble(),
        json.path("loss").asDouble(),
        json.path("lossIncrease").asDouble(),
        json.path("divergence").asDouble(),
        json.path("agreement").asDouble(),
        also);
  }
}
