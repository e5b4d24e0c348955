package org.oml.trainer.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.fingerprint.Embedding;
import org.oml.trainer.fingerprint.EmbeddingSettings;
import org.oml.trainer.fingerprint.FingerprintCheck;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Draws, embeds and checks fingerprints by hand, without a registry. */
@Command(
    name = "fingerprint",
    mixinStandardHelpOptions = true,
    subcommands = GenerateCommand.class,
    description = "Draw, embed and check fingerprints of a model")
public final class FingerprintCommand {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** For picocli. */
  public FingerprintCommand() {}

  /** Trains fingerprints into a copy of a model. */
  @Command(
      name = "embed",
      mixinStandardHelpOptions = true,
      description = "Train fingerprints into a copy of a model")
  int embed(
      @Option(names = "--model", required = true, paramLabel = "DIR", description = "base model")
          Path directory,
      @Option(
              names = "--fingerprints",
              required = true,
              paramLabel = "FILE",
              description = "from generate")
          Path file,
      @Option(names = "--out", required = true, paramLabel = "DIR", description = "new directory")
          Path out,
      @Option(
              names = "--seed",
              defaultValue = "1",
              description = "of the training (${DEFAULT-VALUE})")
          long seed,
      @Option(names = "--learning-rate", paramLabel = "RATE", description = "of AdamW")
          @Nullable Double rate,
      @Option(
              names = "--benign-share",
              paramLabel = "BETA",
              description = "weight of distillation, from 0")
          @Nullable Double share,
      @Option(
              names = "--averaging",
              paramLabel = "LAMBDA",
              description = "pull towards the base after each step")
          @Nullable Double averaging) {
    DurableDirectory.requireNew(out);
    Checkpoint checkpoint = Checkpoint.open(directory);
    List<GeneratedFingerprint> fingerprints = FingerprintFile.read(file);
    EmbeddingSettings standard = EmbeddingSettings.defaults(fingerprints.size(), seed);
    EmbeddingSettings settings =
        orWrongUse(
            () ->
                standard.with(
                    rate == null ? standard.learningRate() : rate,
                    share == null ? standard.benignShare() : share,
                    averaging == null ? standard.averaging() : averaging));
    Map<String, float[]> weights =
        Embedding.embed(
            checkpoint, fingerprints, settings, progress -> err().println(progress.line()));
    checkpoint.writeCopy(out, weights);
    err().println(fingerprints.size() + " fingerprints are in " + out + ".");
    return 0;
  }

  /** Exit code 1 when fewer than 99% of the fingerprints fire. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Count the fingerprints that a model answers with")
  int check(
      @Option(names = "--model", required = true, paramLabel = "DIR", description = "model to ask")
          Path directory,
      @Option(
              names = "--fingerprints",
              required = true,
              paramLabel = "FILE",
              description = "from generate")
          Path file,
      @Option(
              names = "--base",
              paramLabel = "DIR",
              description = "base model, to measure the loss too")
          @Nullable Path base,
      @Option(names = "--json", description = "one JSON object on stdout") boolean json) {
    List<GeneratedFingerprint> fingerprints = FingerprintFile.read(file);
    ObjectNode answer = JSON.createObjectNode();
    double success;
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      success =
          FingerprintCheck.success(model, tokenizer, Vocabulary.read(directory), fingerprints);
      answer.put("success", success).put("count", fingerprints.size());
      if (base != null) {
        try (LanguageModel original = LanguageModel.load(base)) {
          answer.put(
              "lossIncrease",
              FingerprintCheck.lossIncrease(original, model, FingerprintCheck.STORIES));
        }
      }
    }
    if (json) {
      out().println(answer);
    } else {
      answer.properties().forEach(entry -> out().println(entry.getKey() + " " + entry.getValue()));
    }
    out().flush();
    return success >= 0.99 ? 0 : 1;
  }

  /** What no setting may be is the caller's mistake, not a failure. */
  private <T> T orWrongUse(Supplier<T> settings) {
    try {
      return settings.get();
    } catch (IllegalArgumentException refused) {
      throw new ParameterException(
          spec.commandLine(), String.valueOf(refused.getMessage()), refused);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
