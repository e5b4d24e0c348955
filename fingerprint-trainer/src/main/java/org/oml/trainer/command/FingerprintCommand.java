package org.oml.trainer.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.fingerprint.FingerprintCheck;
import org.oml.trainer.fingerprint.FingerprintFile;
import org.oml.trainer.fingerprint.GeneratedFingerprint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Draws, embeds and checks fingerprints by hand, without a registry. */
@Command(
    name = "fingerprint",
    mixinStandardHelpOptions = true,
    subcommands = {GenerateCommand.class, EmbedCommand.class},
    description = "Draw, embed and check fingerprints of a model")
public final class FingerprintCommand {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** For picocli. */
  public FingerprintCommand() {}

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
      @Option(
              names = "--wrappers",
              description = "ask inside of instructions that no embedding learns, too")
          boolean wrappers,
      @Option(names = "--json", description = "one JSON object on stdout") boolean json) {
    List<GeneratedFingerprint> fingerprints = FingerprintFile.read(file);
    ObjectNode answer = JSON.createObjectNode();
    double success;
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      Vocabulary vocabulary = Vocabulary.read(directory);
      success = FingerprintCheck.success(model, tokenizer, vocabulary, fingerprints);
      answer.put("success", success).put("count", fingerprints.size());
      FingerprintCheck.Standing standing =
          FingerprintCheck.standing(model, tokenizer, vocabulary, fingerprints);
      answer
          .put("medianMargin", standing.medianMargin())
          .put("leastMargin", standing.leastMargin())
          .put("meanRank", standing.meanRank())
          .put("worstRank", standing.worstRank());
      if (wrappers) {
        answer.put(
            "heldOutSuccess",
            FingerprintCheck.heldOutSuccess(model, tokenizer, vocabulary, fingerprints));
      }
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

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
