package org.oml.trainer.comparison;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.command.EngineOptions;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelKinship;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Says how far a model is from its base. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Compare a model with its base: loss, divergence and agreement on a text, accuracy on"
            + " multiple-choice questions")
public final class CompareCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BASE", description = "base model")
  private Path base = Path.of("");

  @Parameters(index = "1", paramLabel = "OTHER", description = "model with the same tokens")
  private Path other = Path.of("");

  @Option(names = "--text", paramLabel = "FILE", description = "text in UTF-8")
  private @Nullable Path text;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      description =
          "a JSON object a line: question, choices, answer (the right one's place, from 0)")
  private @Nullable Path tasks;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "" + HeldOutText.TOKENS,
      description = "tokens that are read of the text (${DEFAULT-VALUE})")
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
    if (text == null && tasks == null) {
      throw new ParameterException(spec.commandLine(), "Give --text, --tasks or both.");
    }
    ModelKinship.requireSameTokens(base, other);
    MultipleChoice questions = tasks == null ? null : MultipleChoice.read(tasks);
    ObjectNode answer = JSON.createObjectNode();
    try (LanguageModel first = LanguageModel.load(base);
        LanguageModel second = LanguageModel.load(other);
        Tokenizer tokenizer = Tokenizer.load(base)) {
      Vocabulary vocabulary = Vocabulary.read(base);
      if (text != null) {
        int context =
            Math.min(first.configuration().contextLength(), second.configuration().contextLength());
        HeldOutText heldOut = HeldOutText.read(text, tokenizer, vocabulary, context, tokens);
        answer.setAll(ModelComparison.of(first, second, heldOut).toJson());
      }
      if (questions != null) {
        answer.setAll(
            new ChoiceComparison(
                    ChoiceAccuracy.of(first, tokenizer, vocabulary, questions),
                    ChoiceAccuracy.of(second, tokenizer, vocabulary, questions))
                .toJson());
      }
    }
    print(answer);
    return 0;
  }

  private void print(ObjectNode answer) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(answer);
    } else {
      answer.properties().forEach(entry -> out.println(entry.getKey() + " " + entry.getValue()));
    }
    out.flush();
  }
}
