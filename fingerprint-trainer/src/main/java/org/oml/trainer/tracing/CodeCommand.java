package org.oml.trainer.tracing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.tracing.CodeDesign;
import org.oml.protocol.tracing.TracingCode;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.command.EngineOptions;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.ArgGroup;
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

  @ArgGroup(multiplicity = "1")
  private Issued issued = new Issued();

  /** Who has symbols. */
  private static final class Issued {

    @Option(
        names = "--instances",
        paramLabel = "N",
        description = "how many have symbols; their names are 1 to N")
    private @Nullable Integer number;

    @Option(
        names = "--instance",
        paramLabel = "NAME",
        description = "one that has symbols, by its name or identifier; more can be given")
    private List<String> names = List.of();

    List<String> all() {
      return number == null
          ? names
          : IntStream.rangeClosed(1, number).mapToObj(Integer::toString).toList();
    }
  }

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description = "repeats the code of a registry: 0x and 64 hexadecimal digits")
  private @Nullable Path secretFile;

  @Option(names = "--seed", description = "repeats an earlier draw; random if left out")
  private @Nullable Long seed;

  @Mixin private EngineOptions engine = new EngineOptions();

  /** For picocli. */
  public CodeCommand() {}

  @Override
  public Integer call() throws IOException {
    engine.apply();
    if (positions < 1 || symbols < 2 || symbols > 16 || issued.all().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "there are one or more positions and instances, and from 2 to 16 symbols");
    }
    DurableDirectory.requireNew(out);
    Bytes32 secret = secret();
    TracingCode code = new TracingCode(secret, CodeDesign.standard(symbols), positions);
    ModelCodeFile.write(out, new ModelCode(code, fingerprints(secret), issued.all()));
    spec.commandLine()
        .getErr()
        .println(positions + " positions in " + out + "; keep the file secret.");
    return 0;
  }

  /** A seed is for trials: a secret that somebody can guess traces nobody. */
  private Bytes32 secret() throws IOException {
    if (secretFile != null) {
      return Bytes32.parse(Files.readString(secretFile).strip());
    }
    if (seed != null) {
      return new Keccak().add("oml.code.seed.v1").addLong(seed).hash();
    }
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return Bytes32.of(random);
  }

  private List<SharedFingerprint> fingerprints(Bytes32 secret) {
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      return new SharedDraw(secret, positions, symbols, NUCLEUS, 1)
          .from(model, tokenizer, Vocabulary.read(directory))
          .fingerprints();
    }
  }
}
