package org.oml.dashboard.attack;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What {@code ./oml attack} wrote into {@code report.json}, as far as a page shows it.
 *
 * @param name of its directory
 * @param writtenAt when the file was written
 * @param base how the base model is called
 * @param baseLoss its loss on the held-out text, nats per token
 * @param text what the held-out text is
 * @param instances fingerprints of each instance, by its name
 * @param verdicts how each attack ends on each instance
 * @param results what each strength of each attack left
 */
public record AttackReport(
    String name,
    Instant writtenAt,
    String base,
    double baseLoss,
    String text,
    Map<String, Integer> instances,
    List<Verdict> verdicts,
    List<Result> results) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param outcome {@code WINS}, {@code WEAKENS}, {@code SURVIVES} or {@code UNKNOWN}
   */
  public record Verdict(String attack, String instance, String outcome, String sentence) {}

  /**
   * @param success share of askings that are still answered; null where it was not carried through
   * @param lossIncrease share by which the loss is above the base model's, or null
   * @param divergence KL(base ‖ model) in nats per token, or null
   * @param failure why it was not carried through; empty if it was
   */
  public record Result(
      String instance,
      String attack,
      String strength,
      @Nullable Double success,
      @Nullable Double lossIncrease,
      @Nullable Double divergence,
      String failure) {

    public String successText() {
      return success == null ? "–" : percent(success);
    }

    public String lossText() {
      return lossIncrease == null ? "–" : percent(lossIncrease);
    }

    public String divergenceText() {
      return divergence == null ? "–" : String.format(Locale.ROOT, "%.3f", divergence);
    }

    private static String percent(double share) {
      return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
  }

  /**
   * @throws RuntimeException if it is not what the command writes
   */
  static AttackReport parse(String name, Instant writtenAt, byte[] content) {
    JsonNode json = JSON.readTree(content);
    if (json.required("version").asInt() != 1) {
      throw new IllegalArgumentException("version " + json.required("version"));
    }
    Map<String, Integer> instances = new TreeMap<>();
    json.required("instances")
        .properties()
        .forEach(one -> instances.put(one.getKey(), one.getValue().asInt()));
    List<Verdict> verdicts = new ArrayList<>();
    for (JsonNode one : json.required("verdicts")) {
      verdicts.add(
          new Verdict(
              text(one, "attack"),
              text(one, "instance"),
              text(one, "outcome"),
              text(one, "sentence")));
    }
    List<Result> results = new ArrayList<>();
    json.required("results").forEach(one -> results.add(result(one)));
    return new AttackReport(
        name,
        writtenAt,
        text(json, "base"),
        json.required("baseLoss").asDouble(),
        text(json, "text"),
        instances,
        verdicts,
        results);
  }

  private static Result result(JsonNode one) {
    return new Result(
        text(one, "instance"),
        text(one, "attack"),
        text(one, "strength"),
        number(one, "success"),
        number(one, "lossIncrease"),
        number(one, "divergence"),
        one.path("failure").asString(""));
  }

  private static String text(JsonNode node, String member) {
    return node.required(member).asString();
  }

  private static @Nullable Double number(JsonNode node, String member) {
    return node.path(member).isNumber() ? node.path(member).asDouble() : null;
  }

  /** How many attacks get rid of the fingerprints of an instance. */
  public long won() {
    return verdicts.stream().filter(verdict -> verdict.outcome().equals("WINS")).count();
  }
}
