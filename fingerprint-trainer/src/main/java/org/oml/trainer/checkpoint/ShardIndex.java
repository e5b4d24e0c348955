package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The file that says in which of a model's files each tensor lies. */
final class ShardIndex {

  private static final long LARGEST = 100_000_000;

  /** No way out of the directory, and nothing else than weights. */
  private static final Pattern FILE_NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ShardIndex() {}

  /** File names by tensor name. */
  static Map<String, String> read(Path file) {
    Map<String, String> homes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : tree(file).path("weight_map").properties()) {
      JsonNode name = entry.getValue();
      if (!name.isString() || !FILE_NAME.matcher(name.asString()).matches()) {
        throw invalid(entry.getKey() + " lies in " + name + ", which is no name of a file", null);
      }
      homes.put(entry.getKey(), name.asString());
    }
    if (homes.isEmpty()) {
      throw invalid("it has no weight_map", null);
    }
    return homes;
  }

  private static JsonNode tree(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw invalid("it is larger than " + LARGEST + " bytes", null);
      }
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CodedException(TrainerError.MODEL_MISSING, "Cannot read " + file + ".", e);
    } catch (JacksonException e) {
      throw invalid("it is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static CodedException invalid(String detail, @Nullable Throwable cause) {
    return new CodedException(
        TrainerError.SAFETENSORS_INVALID,
        Checkpoint.INDEX + " cannot be used: " + detail + ".",
        cause);
  }
}
