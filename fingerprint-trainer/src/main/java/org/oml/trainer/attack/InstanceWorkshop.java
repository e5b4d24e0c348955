package org.oml.trainer.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.EngineSettings;

/** Makes instances of a base model, each once: what is there from before is taken as it is. */
public final class InstanceWorkshop {

  private static final Duration BETWEEN_SAVINGS = Duration.ofMinutes(1);

  private final Path directory;
  private final Path base;
  private final Duration betweenSavings;
  private final Consumer<String> progress;

  /**
   * @param directory holds what is made
   * @param progress takes lines for people
   */
  public InstanceWorkshop(Path directory, Path base, Consumer<String> progress) {
    this(directory, base, BETWEEN_SAVINGS, progress);
  }

  InstanceWorkshop(Path directory, Path base, Duration betweenSavings, Consumer<String> progress) {
    this.directory = directory;
    this.base = base;
    this.betweenSavings = betweenSavings;
    this.progress = progress;
  }

  /**
   * An instance of a strategy. Its training is saved on the way, so that after a kill it goes on
   * from there.
   *
   * @throws CodedException {@link TrainerError#EMBEDDING_FAILED}, {@link
   *     TrainerError#KEYS_EXHAUSTED}
   */
  public Instance make(Strategy strategy, int count, long seed) {
    Checkpoint checkpoint = Checkpoint.open(base);
    EmbeddingSettings settings =
        EmbeddingSettings.defaults(checkpoint.configuration(), count, seed);
    String name = "%s-%d-%d-%s".formatted(strategy, count, seed, digest(settings));
    Path model = directory.resolve(name);
    Path file = directory.resolve(name + ".fingerprints.json");
    createDirectory();
    if (!Files.exists(file)) {
      progress.accept("Drawing " + count + " fingerprints, " + strategy + " ...");
      FingerprintFile.write(file, Drawing.fingerprints(checkpoint, strategy, count, seed));
    }
    Path training = directory.resolve(name + ".training");
    if (!Files.exists(model)) {
      progress.accept("Training them in ...");
      checkpoint.writeCopy(
          model,
          Embedding.embed(
              checkpoint,
              FingerprintFile.read(file),
              settings,
              new Embedding.Saving(Optional.of(training), betweenSavings, _ -> {}),
              step -> progress.accept(step.line())));
    }
    remove(training);
    return new Instance(strategy.toString(), model, file);
  }

  /** All that an instance hangs on beside what its name says. */
  private String digest(EmbeddingSettings settings) {
    return FinishedParts.shortDigest(
        String.join(
            "\n",
            FinishedParts.modelDigest(base),
            settings.toString(),
            EngineSettings.current().identity()));
  }

  private static void remove(Path training) {
    try {
      DurableDirectory.delete(training);
    } catch (IOException e) {
      throw new CodedException(TrainerError.WRITE_FAILED, training + " cannot be removed.", e);
    }
  }

  private void createDirectory() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new CodedException(TrainerError.WRITE_FAILED, directory + " cannot be made.", e);
    }
  }
}
