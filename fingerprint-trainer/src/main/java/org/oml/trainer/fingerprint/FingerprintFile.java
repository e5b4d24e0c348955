package org.oml.trainer.fingerprint;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fingerprints as the public reference implementation keeps them: a JSON list of {@code {"key",
 * "response"}}, where the response may be a list, of which the first counts, with {@code
 * effective_key} and {@code response_prob}. The record of the draw stands beside: {@code
 * codePosition}, {@code candidates}, {@code probabilities}, {@code choice}, {@code leafSalt}.
 */
public final class FingerprintFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private FingerprintFile() {}

  /**
   * Reads a file. No key may stand in it twice: it has one answer, and that of the second would be
   * taught against that of the first.
   *
   * @throws CodedException {@link TrainerError#FINGERPRINTS_INVALID}
   */
  public static List<GeneratedFingerprint> read(Path file) {
    try {
      JsonNode root = JSON.readTree(SecretFile.read(file, TrainerError.FINGERPRINTS_INVALID));
      List<GeneratedFingerprint> fingerprints = new ArrayList<>();
      Map<String, Integer> positions = new HashMap<>();
      for (JsonNode node : root) {
        int position = fingerprints.size();
        GeneratedFingerprint fingerprint = fingerprint(position, node);
        Integer first = positions.putIfAbsent(fingerprint.key(), position);
        if (first != null) {
          throw invalid("Fingerprint " + position + " has the key of fingerprint " + first + ".");
        }
        fingerprints.add(fingerprint);
      }
      if (!root.isArray() || fingerprints.isEmpty()) {
        throw invalid("The file is not a list of fingerprints.");
      }
      return fingerprints;
    } catch (JacksonException e) {
      throw new CodedException(
          TrainerError.FINGERPRINTS_INVALID, file.getFileName() + " cannot be read as JSON.", e);
    }
  }

  /**
   * Writes a new file that its owner alone can read.
   *
   * @throws CodedException {@link TrainerError#OUTPUT_EXISTS}, {@link TrainerError#WRITE_FAILED}
   */
  public static void write(Path file, List<GeneratedFingerprint> fingerprints) {
    ArrayNode root = JSON.createArrayNode();
    for (GeneratedFingerprint fingerprint : fingerprints) {
      ObjectNode node = root.addObject();
      node.put("key", fingerprint.key()).put("effective_key", fingerprint.key());
      if (fingerprint.others().isEmpty()) {
        node.put("response", fingerprint.response());
      } else {
        ArrayNode responses = node.putArray("response").add(fingerprint.response());
        fingerprint.others().forEach(responses::add);
      }
      node.put("codePosition", fingerprint.codePosition());
      fingerprint.draw().ifPresent(draw -> put(node, draw));
    }
    SecretFile.write(file, JSON.writeValueAsBytes(root));
  }

  private static void put(ObjectNode node, GeneratedFingerprint.Draw draw) {
    draw.candidates().forEach(node.putArray("candidates")::add);
    draw.probabilities().forEach(node.putArray("probabilities")::add);
    node.put("choice", draw.choice()).put("leafSalt", draw.leafSalt().toString());
    if (draw.choice() < draw.probabilities().size()) {
      node.put("response_prob", draw.probabilities().get(draw.choice()));
    }
  }

  private static GeneratedFingerprint fingerprint(int position, JsonNode node) {
    JsonNode response = node.path("response");
    String key = text(position, node.path("key"));
    List<String> others = new ArrayList<>();
    for (int i = 1; i < response.size(); i++) {
      others.add(text(position, response.path(i)).strip());
    }
    return new GeneratedFingerprint(
        node.path("codePosition").asInt(position),
        key,
        text(position, response.isArray() ? response.path(0) : response).strip(),
        others,
        draw(position, node));
  }

  private static String text(int position, JsonNode node) {
    if (!node.isString() || node.asString().isBlank()) {
      throw invalid("Fingerprint " + position + " lacks a key or a response.");
    }
    return Normalizer.normalize(node.asString(), Normalizer.Form.NFC);
  }

  private static Optional<GeneratedFingerprint.Draw> draw(int position, JsonNode node) {
    if (!node.path("leafSalt").isString()) {
      return Optional.empty();
    }
    List<String> candidates = new ArrayList<>();
    node.path("candidates").forEach(candidate -> candidates.add(candidate.asString("")));
    List<Double> probabilities = new ArrayList<>();
    node.path("probabilities").forEach(value -> probabilities.add(value.asDouble(0)));
    try {
      return Optional.of(
          new GeneratedFingerprint.Draw(
              candidates,
              probabilities,
              node.path("choice").asInt(0),
              Bytes32.parse(node.path("leafSalt").asString())));
    } catch (CodedException e) {
      throw new CodedException(
          TrainerError.FINGERPRINTS_INVALID, "Fingerprint " + position + " has no leaf salt.", e);
    }
  }

  private static CodedException invalid(String detail) {
    return new CodedException(TrainerError.FINGERPRINTS_INVALID, detail);
  }
}
