package org.oml.trainer.tracing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.tracing.Bias;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.TracingCode;
import org.oml.trainer.TrainerError;
import org.oml.trainer.fingerprint.SecretFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's code as a file: {@code {"version":1, "secret", "biases", "silent", "positions":
 * [{"key", "responses", "candidates", "probabilities"}], "instances": [names]}}. Whoever has the
 * file knows every instance's fingerprints.
 */
public final class ModelCodeFile {

  private static final int VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ModelCodeFile() {}

  /**
   * Reads a file.
   *
   * @throws CodedException {@link TrainerError#CODE_INVALID}
   */
  public static ModelCode read(Path file) {
    try {
      JsonNode root = JSON.readTree(SecretFile.read(file, TrainerError.CODE_INVALID));
      if (root.required("version").asInt() != VERSION) {
        throw new CodedException(
            TrainerError.CODE_INVALID, file.getFileName() + " is of a version that is not known.");
      }
      List<Bias> biases = new ArrayList<>();
      for (JsonNode shares : root.required("biases")) {
        List<Integer> list = new ArrayList<>();
        shares.forEach(share -> list.add(share.asInt()));
        biases.add(new Bias(list));
      }
      List<SharedFingerprint> fingerprints = new ArrayList<>();
      for (JsonNode position : root.required("positions")) {
        fingerprints.add(fingerprint(fingerprints.size(), position));
      }
      return new ModelCode(
          new TracingCode(
              Bytes32.parse(root.required("secret").asString()),
              new CodeDesign(biases, root.required("silent").asBoolean()),
              fingerprints.size()),
          fingerprints,
          texts(root.required("instances")));
    } catch (JacksonException e) {
      throw new CodedException(
          TrainerError.CODE_INVALID, file.getFileName() + " cannot be read as a code.", e);
    }
  }

  private static SharedFingerprint fingerprint(int position, JsonNode node) {
    List<Double> probabilities = new ArrayList<>();
    node.path("probabilities").forEach(value -> probabilities.add(value.asDouble()));
    return new SharedFingerprint(
        position,
        node.required("key").asString(),
        texts(node.required("responses")),
        texts(node.path("candidates")),
        probabilities);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  /**
   * Writes a new file that its owner alone can read.
   *
   * @throws CodedException {@link TrainerError#OUTPUT_EXISTS}, {@link TrainerError#WRITE_FAILED}
   */
  public static void write(Path file, ModelCode model) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION).put("secret", model.code().secret().toString());
    ArrayNode biases = root.putArray("biases");
    for (Bias bias : model.code().design().biases()) {
      bias.shares().forEach(biases.addArray()::add);
    }
    root.put("silent", model.code().design().silent());
    ArrayNode positions = root.putArray("positions");
    for (SharedFingerprint one : model.fingerprints()) {
      ObjectNode node = positions.addObject().put("key", one.key());
      one.responses().forEach(node.putArray("responses")::add);
      one.candidates().forEach(node.putArray("candidates")::add);
      one.probabilities().forEach(node.putArray("probabilities")::add);
    }
    model.instances().forEach(root.putArray("instances")::add);
    SecretFile.write(file, JSON.writeValueAsBytes(root));
  }
}
