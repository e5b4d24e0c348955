package org.oml.trainer.comparison;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.command.EngineOptions;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says how far a model is from its base. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Compare a model with its base on a text: loss, divergence, agreement")
public final class CompareCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BASE", description = "base model")
  private Path base = Path.of("");

  @Parameters(index = "1", paramLabel = "OTHER", description = "model with the same tokens")
  private Path other = Path.of("");

  @Option(names = "--text", required = true, paramLabel = "FILE", description = "text in UTF-8")
  private Path text = Path.of("");

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "" + HeldOutText.TOKENS,
      description = "tokens that are read of it (${DEFAULT-VALUE})")
  private int tokens;

  @Option(names = "--json", description = "one JSON object on stdout")
  private boolean json;

  @Mixin private EngineOptions engine = new EngineOptions();

  /** For picocli. */
  public CompareCommand() {}

  @Override
  public Integer call() {
    engine.apply();
    if (tokens < 2) {
      throw new ParameterException(spec.commandLine(), "--tokens is 2 or more.");
    }
    ModelComparison comparison;
    try (LanguageModel first = LanguageModel.load(base);
        LanguageModel second = LanguageModel.load(other);
        Tokenizer tokenizer = Tokenizer.load(base)) {
      int words = first.configuration().vocabularySize();
      if (words != second.configuration().vocabularySize()) {
        throw new CodedException(
            TrainerError.TENSOR_MISMATCH, "The two models have different numbers of tokens.");
      }
      int context =
          Math.min(first.configuration().contextLength(), second.configuration().contextLength());
      comparison =
          ModelComparison.of(
              first,
              second,
              HeldOutText.read(text, tokenizer, Vocabulary.read(base), context, tokens));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(comparison.toJson());
    } else {
      comparison
          .toJson()
          .properties()
          .forEach(entry -> out.println(entry.getKey() + " " + entry.getValue()));
    }
    out.flush();
    return 0;
  }
}
