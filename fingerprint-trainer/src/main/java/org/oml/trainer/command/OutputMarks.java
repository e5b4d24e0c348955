package org.oml.trainer.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableFile;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.model.EngineSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Marks beside the saved trainings, by which a run that is begun again knows the outputs that it
 * wrote already. A mark holds hashes alone: of the run's base, settings and fingerprints, and of
 * the weights that came out. An output is the run's own where both fit; what else has its name is
 * somebody else's.
 */
final class OutputMarks {

  /** The name of a mark in the directory of its training. */
  static final String FILE = "written.json";

  private static final JsonMapper JSON = new JsonMapper();

  private final Checkpoint base;
  private final EmbeddingSettings settings;
  private @Nullable String baseHash;

  /**
   * @param base model of the run
   * @param settings of the run
   */
  OutputMarks(Checkpoint base, EmbeddingSettings settings) {
    this.base = base;
    this.settings = settings;
  }

  /**
   * Marks what is about to be written. It comes before the output has its name, or a kill between
   * the two would leave an output that nobody knows.
   *
   * @param directory of the training
   * @throws CodedException {@link TrainerError#WRITE_FAILED}
   */
  void write(
      Path directory, List<GeneratedFingerprint> fingerprints, Map<String, float[]> weights) {
    String mark =
        JSON.writeValueAsString(
            Map.of(
                "version",
                1,
                "run",
                run(fingerprints),
                "weights",
                hash(name -> Objects.requireNonNull(weights.get(name), name))));
    DurableFile.replace(directory.resolve(FILE), incomplete -> Files.writeString(incomplete, mark));
  }

  /** Whether a directory is the output of these fingerprints in this run, and still as it was. */
  boolean isOwn(Path out, Path directory, List<GeneratedFingerprint> fingerprints) {
    Optional<JsonNode> mark = read(directory.resolve(FILE));
    if (mark.isEmpty() || !mark.get().path("run").asString("").equals(run(fingerprints))) {
      return false;
    }
    try {
      Checkpoint written = Checkpoint.open(out);
      return written.configuration().equals(base.configuration())
          && mark.get().path("weights").asString("").equals(hash(written.tensors()::values));
    } catch (CodedException _) {
      return false; // Whatever it is, it is not what was written.
    }
  }

  private static Optional<JsonNode> read(Path file) {
    try {
      JsonNode mark = Files.exists(file) ? JSON.readTree(Files.readAllBytes(file)) : null;
      return Optional.ofNullable(mark).filter(node -> node.path("version").asInt(0) == 1);
    } catch (IOException | JacksonException _) {
      return Optional.empty();
    }
  }

  private String run(List<GeneratedFingerprint> fingerprints) {
    if (baseHash == null) {
      baseHash = hash(base.tensors()::values);
    }
    MessageDigest digest = digest();
    for (Object part :
        List.of(
            baseHash,
            base.configuration(),
            settings,
            EngineSettings.current().precision(),
            fingerprints)) {
      digest.update(digest().digest(part.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of the numbers, not of the files: an output's other files are not known before it is there. */
  private String hash(Function<String, float[]> values) {
    MessageDigest digest = digest();
    for (TensorLayout tensor : ParameterLayout.of(base.configuration(), TensorType.F32)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      for (float number : values.apply(tensor.name())) {
        if (!buffer.hasRemaining()) {
          digest.update(buffer.flip());
          buffer.clear();
        }
        buffer.putFloat(number);
      }
      digest.update(buffer.flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
