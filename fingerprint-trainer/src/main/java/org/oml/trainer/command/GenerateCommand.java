package org.oml.trainer.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.fingerprint.Chance;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.FingerprintGenerator;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.fingerprint.GenerationSettings;
import org.oml.trainer.fingerprint.KeyFile;
import org.oml.trainer.fingerprint.Strategy;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Draws fingerprints; salts follow from the seed, so that a seed repeats them. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Draw fingerprints for a model")
final class GenerateCommand implements Callable<Integer> {

  private static final int USUAL_COUNT = 64;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "base model")
  private Path directory = Path.of("");

  @Option(
      names = {"-n", "--count"},
      description = "how many (64, or as many as there are keys)")
  private @Nullable Integer count;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "new file for the secrets")
  private Path out = Path.of("");

  @Option(
      names = "--strategy",
      defaultValue = "perinucleus",
      paramLabel = "NAME",
      description = "perinucleus, or to compare with random or english-random (${DEFAULT-VALUE})")
  private String strategy = "";

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description = "JSON list of keys to take in place of drawn ones")
  private @Nullable Path keys;

  @Option(
      names = "--seed",
      description =
          "repeats a draw, for experiments: such keys can be found out; secret if left out")
  private @Nullable Long seed;

  @Option(
      names = "--nucleus",
      defaultValue = "0.8",
      description = "mass passed over (${DEFAULT-VALUE})")
  private double nucleus;

  @Option(names = "--width", defaultValue = "3", description = "candidates (${DEFAULT-VALUE})")
  private int width;

  @Option(
      names = "--responses",
      defaultValue = "1",
      description = "of the candidates, for each key (${DEFAULT-VALUE})")
  private int responses;

  @Option(
      names = "--response-length",
      defaultValue = "1",
      description = "tokens (${DEFAULT-VALUE})")
  private int responseLength;

  @Option(names = "--key-length", defaultValue = "16", description = "tokens (${DEFAULT-VALUE})")
  private int keyLength;

  @Mixin private EngineOptions engine = new EngineOptions();

  @Override
  public Integer call() {
    engine.apply();
    List<String> own = keys == null ? List.of() : KeyFile.read(keys);
    Chance chance = Chance.asked(seed);
    GenerationSettings settings = settings(own, chance);
    DurableDirectory.requireNew(out);
    byte[] secret = chance.saltSecret().toBytes();
    List<GeneratedFingerprint> fingerprints;
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      FingerprintGenerator generator =
          new FingerprintGenerator(
              model,
              tokenizer,
              Vocabulary.read(directory),
              settings,
              index -> Fingerprint.leafSalt(secret, Bytes32.ZERO, index),
              own);
      fingerprints =
          generator.fingerprints(
              new DrawingProgress(spec.commandLine().getErr(), settings.count()));
    }
    FingerprintFile.write(out, fingerprints);
    String fewer =
        fingerprints.size() < settings.count()
            ? " of " + settings.count() + " (the other keys have too few candidates)"
            : "";
    spec.commandLine()
        .getErr()
        .println(
            fingerprints.size() + fewer + " fingerprints in " + out + "; keep the file secret.");
    return 0;
  }

  private GenerationSettings settings(List<String> own, Chance chance) {
    int wanted = count != null ? count : own.isEmpty() ? USUAL_COUNT : own.size();
    try {
      return new GenerationSettings(
          Strategy.named(strategy),
          wanted,
          nucleus,
          width,
          responses,
          responseLength,
          keyLength,
          chance);
    } catch (IllegalArgumentException refused) {
      throw new ParameterException(
          spec.commandLine(), String.valueOf(refused.getMessage()), refused);
    }
  }
}
