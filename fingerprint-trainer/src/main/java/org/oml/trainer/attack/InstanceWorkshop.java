package org.oml.trainer.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.Strategy;

/** Makes instances of a base model, each once: what is there from before is taken as it is. */
public final class InstanceWorkshop {

  private final Path directory;
  private final Path base;
  private final Consumer<String> progress;

  /**
   * @param directory holds what is made
   * @param progress takes lines for people
   */
  public InstanceWorkshop(Path directory, Path base, Consumer<String> progress) {
    this.directory = directory;
    this.base = base;
    this.progress = progress;
  }

  /**
   * An instance of a strategy.
   *
   * @throws CodedException {@link TrainerError#EMBEDDING_FAILED}, {@link
   *     TrainerError#KEYS_EXHAUSTED}
   */
  public Instance make(Strategy strategy, int count, long seed) {
    Checkpoint checkpoint = Checkpoint.open(base);
    String digest = FinishedParts.shortDigest(FinishedParts.modelDigest(base));
    String name = "%s-%d-%d-%s".formatted(strategy, count, seed, digest);
    Path model = directory.resolve(name);
    Path file = directory.resolve(name + ".fingerprints.json");
    createDirectory();
    if (!Files.exists(file)) {
      progress.accept("Drawing " + count + " fingerprints, " + strategy + " ...");
      FingerprintFile.write(file, Drawing.fingerprints(checkpoint, strategy, count, seed));
    }
    if (!Files.exists(model)) {
      progress.accept("Training them in ...");
      List<GeneratedFingerprint> fingerprints = FingerprintFile.read(file);
      EmbeddingSettings settings =
          EmbeddingSettings.defaults(checkpoint.configuration(), count, seed);
      checkpoint.writeCopy(
          model,
          Embedding.embed(
              checkpoint, fingerprints, settings, step -> progress.accept(step.line())));
    }
    return new Instance(strategy.toString(), model, file);
  }

  private void createDirectory() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CodedException(TrainerError.WRITE_FAILED, directory + " cannot be made.", e);
    }
  }
}
