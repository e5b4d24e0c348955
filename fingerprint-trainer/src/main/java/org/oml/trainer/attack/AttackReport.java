package org.oml.trainer.attack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * All results of a run with what is made of them.
 *
 * @param base how the base model is called
 * @param baseLoss its loss on the held-out text, nats per token
 * @param text what the held-out text is
 * @param counts of fingerprints by the name of the instance
 * @param attacks that were meant to be carried out
 */
record AttackReport(
    String base,
    double baseLoss,
    String text,
    Map<String, Integer> counts,
    List<Attack> attacks,
    List<AttackResult> results) {

  private static final ObjectMapper JSON = new ObjectMapper();

  AttackReport {
    counts = new LinkedHashMap<>(counts);
    attacks = List.copyOf(attacks);
    results = List.copyOf(results);
  }

  /** Results of an attack on an instance in the order of strengths. */
  List<AttackResult> of(String instance, Attack attack) {
    return results.stream()
        .filter(one -> one.instance().equals(instance) && one.attack().equals(attack.name()))
        .toList();
  }

  /** How an attack on an instance ends. */
  Verdict verdict(String instance, Attack attack) {
    return Verdict.of(attack, unattacked(instance), of(instance, attack));
  }

  /** The rise of the loss that an instance has of itself. */
  double unattacked(String instance) {
    return results.stream()
        .filter(one -> one.instance().equals(instance))
        .filter(one -> one.attack().equals(Unattacked.NAME))
        .flatMap(one -> one.measurement().stream())
        .mapToDouble(Measurement::lossIncrease)
        .findFirst()
        .orElse(0);
  }

  /** Attacks but the one that is none. */
  List<Attack> realAttacks() {
    return attacks.stream().filter(attack -> !attack.name().equals(Unattacked.NAME)).toList();
  }

  /** Everything as one object. */
  ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", 1).put("base", base).put("baseLoss", baseLoss).put("text", text);
    ObjectNode instances = json.putObject("instances");
    counts.forEach(instances::put);
    var verdicts = json.putArray("verdicts");
    for (Attack attack : realAttacks()) {
      for (String instance : counts.keySet()) {
        Verdict verdict = verdict(instance, attack);
        verdicts
            .addObject()
            .put("attack", attack.name())
            .put("instance", instance)
            .put("outcome", verdict.outcome().name())
            .put("sentence", verdict.sentence());
      }
    }
    var all = json.putArray("results");
    results.forEach(result -> all.add(result.toJson()));
    return json;
  }
}
