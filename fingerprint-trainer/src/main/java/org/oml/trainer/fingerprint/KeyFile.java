package org.oml.trainer.fingerprint;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Keys as the public reference implementation keeps them: a JSON list of strings. */
public final class KeyFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private KeyFile() {}

  /**
   * Reads a file. Texts become NFC, and stay otherwise as they are.
   *
   * @throws CodedException {@link TrainerError#FINGERPRINTS_INVALID} for a file that is no list of
   *     texts, an empty one and one that holds a text twice
   */
  public static List<String> read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(SecretFile.read(file, TrainerError.FINGERPRINTS_INVALID));
    } catch (JacksonException e) {
      throw new CodedException(
          TrainerError.FINGERPRINTS_INVALID, file.getFileName() + " cannot be read as JSON.", e);
    }
    Set<String> keys = new LinkedHashSet<>();
    for (JsonNode node : root) {
      if (!node.isString() || node.asString().isBlank()) {
        throw invalid("Key " + keys.size() + " is no text.");
      }
      if (!keys.add(Normalizer.normalize(node.asString(), Normalizer.Form.NFC))) {
        throw invalid("Key " + keys.size() + " stands twice in the file.");
      }
    }
    if (!root.isArray() || keys.isEmpty()) {
      throw invalid("The file is not a list of keys.");
    }
    return new ArrayList<>(keys);
  }

  /**
   * Writes a new file that its owner alone can read.
   *
   * @throws CodedException {@link TrainerError#OUTPUT_EXISTS}, {@link TrainerError#WRITE_FAILED}
   */
  public static void write(Path file, List<String> keys) {
    SecretFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(keys));
  }

  private static CodedException invalid(String detail) {
    return new CodedException(TrainerError.FINGERPRINTS_INVALID, detail);
  }
}
