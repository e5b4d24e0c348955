package org.oml.trainer.checkpoint;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What config.json says of rotary positions: as {@code rope_theta} and {@code rope_scaling}, or
 * together as {@code rope_parameters}, which newer libraries write.
 */
final class RopeSettings {

  private static final double USUAL_THETA = 10_000;

  private RopeSettings() {}

  static double theta(JsonNode json) {
    return json.path("rope_theta")
        .asDouble(json.path("rope_parameters").path("rope_theta").asDouble(USUAL_THETA));
  }

  static RopeScaling scaling(JsonNode json) {
    JsonNode scaling =
        json.hasNonNull("rope_scaling") ? json.path("rope_scaling") : json.path("rope_parameters");
    String kind = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
    return switch (kind) {
      case "default" -> RopeScaling.NONE;
      case "linear" -> RopeScaling.linear(number(scaling, "factor"));
      case "llama3" ->
          new RopeScaling(
              RopeScaling.Kind.LLAMA3,
              number(scaling, "factor"),
              number(scaling, "low_freq_factor"),
              number(scaling, "high_freq_factor"),
              number(scaling, "original_max_position_embeddings"));
      default ->
          throw ModelConfiguration.invalid(
              "rope_scaling " + kind + " is not supported, linear and llama3 are");
    };
  }

  static void write(ObjectNode json, RopeScaling scaling) {
    switch (scaling.kind()) {
      case NONE -> json.putNull("rope_scaling");
      case LINEAR ->
          json.putObject("rope_scaling").put("rope_type", "linear").put("factor", scaling.factor());
      case LLAMA3 ->
          json.putObject("rope_scaling")
              .put("rope_type", "llama3")
              .put("factor", scaling.factor())
              .put("low_freq_factor", scaling.lowFrequencyFactor())
              .put("high_freq_factor", scaling.highFrequencyFactor())
              .put("original_max_position_embeddings", scaling.originalContext());
    }
  }

  private static double number(JsonNode scaling, String name) {
    JsonNode value = scaling.path(name);
    if (!value.isNumber()) {
      throw ModelConfiguration.invalid("rope_scaling has no number " + name);
    }
    return value.asDouble();
  }
}
