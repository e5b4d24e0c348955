package org.oml.trainer.comparison;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model beside its base on the same multiple-choice questions.
 *
 * @param base what the base model has right
 * @param other what the other has right
 */
public record ChoiceComparison(ChoiceAccuracy base, ChoiceAccuracy other) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** As {@code --json} prints it. */
  public ObjectNode toJson() {
    return JSON.createObjectNode()
        .put("questions", other.questions())
        .put("baseAccuracy", base.accuracy())
        .put("baseAccuracyError", base.accuracyError())
        .put("accuracy", other.accuracy())
        .put("accuracyError", other.accuracyError())
        .put("baseNormalisedAccuracy", base.normalisedAccuracy())
        .put("baseNormalisedAccuracyError", base.normalisedAccuracyError())
        .put("normalisedAccuracy", other.normalisedAccuracy())
        .put("normalisedAccuracyError", other.normalisedAccuracyError());
  }
}
