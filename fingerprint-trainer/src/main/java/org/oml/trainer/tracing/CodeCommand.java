package org.oml.trainer.tracing;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.TracingCode;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.command.EngineOptions;
import org.oml.trainer.fingerprint.FingerprintGenerator;
import org.oml.trainer.fingerprint.GenerationSettings;
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

/** Draws the keys and responses that the instances of a model share. */
@Command(
    name = "code",
    mixinStandardHelpOptions = true,
    description = "Draw a tracing code: fingerprints that instances share, each with its symbols")
public final class CodeCommand implements Callable<Integer> {

  private static final double NUCLEUS = 0.8;
  private static final int KEY_LENGTH = 16;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "base model")
  private Path directory = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "new file for the code, a secret")
  private Path out = Path.of("");

  @Option(
      names = "--positions",
      defaultValue = "96",
      paramLabel = "M",
      description = "fingerprints (${DEFAULT-VALUE})")
  private int positions;

  @Option(
      names = "--symbols",
      defaultValue = "8",
      paramLabel = "Q",
      description = "responses of each key, 2 to 16 (${DEFAULT-VALUE})")
  private int symbols;

  @Option(
      names = "--instances",
      required = true,
      paramLabel = "N",
      description = "how many have symbols; their names are 1 to N")
  private int instances;

  @Option(names = "--seed", description = "repeats an earlier draw; random if left out")
  private @Nullable Long seed;

  @Mixin private EngineOptions engine = new EngineOptions();

  /** For picocli. */
  public CodeCommand() {}

  @Override
  public Integer call() {
    engine.apply();
    if (positions < 1 || symbols < 2 || symbols > 16 || instances < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "there are one or more positions and instances, and from 2 to 16 symbols");
    }
    DurableDirectory.requireNew(out);
    Bytes32 secret = secret();
    TracingCode code = new TracingCode(secret, CodeDesign.standard(symbols), positions);
    ModelCodeFile.write(
        out,
        new ModelCode(
            code,
            fingerprints(secret),
            IntStream.rangeClosed(1, instances).mapToObj(Integer::toString).toList()));
    spec.commandLine()
        .getErr()
        .println(positions + " positions in " + out + "; keep the file secret.");
    return 0;
  }

  /** A seed is for trials: a secret that somebody can guess traces nobody. */
  private Bytes32 secret() {
    if (seed != null) {
      return new Keccak().add("oml.code.seed.v1").addLong(seed).hash();
    }
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return Bytes32.of(random);
  }

  /**
   * @throws CodedException {@code TRAINER_KEYS_EXHAUSTED} when the model has too few keys with so
   *     many candidates
   */
  private List<SharedFingerprint> fingerprints(Bytes32 secret) {
    byte[] bytes = secret.toBytes();
    GenerationSettings settings =
        new GenerationSettings(
            Strategy.PERINUCLEUS,
            positions,
            NUCLEUS,
            symbols,
            symbols,
            1,
            KEY_LENGTH,
            ByteBuffer.wrap(bytes).getLong());
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      return new FingerprintGenerator(
              model,
              tokenizer,
              Vocabulary.read(directory),
              settings,
              index -> Fingerprint.leafSalt(bytes, Bytes32.ZERO, index))
          .fingerprints().stream().map(SharedFingerprint::of).toList();
    }
  }
}
