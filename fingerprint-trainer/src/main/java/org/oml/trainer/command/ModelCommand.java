package org.oml.trainer.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.gguf.GgufExport;
import org.oml.trainer.gguf.GgufType;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks at models and writes them in other forms. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    subcommands = AverageCommand.class,
    description = "Ask, export and publish models")
public final class ModelCommand {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** For picocli. */
  public ModelCommand() {}

  /** Writes a GGUF file. */
  @Command(
      name = "export-gguf",
      mixinStandardHelpOptions = true,
      description = "Write a model as GGUF for llama.cpp")
  int exportGguf(
      @Option(names = "--model", required = true, paramLabel = "DIR", description = "model")
          Path directory,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "new file")
          Path out,
      @Option(names = "--type", defaultValue = "f32", description = "f32 or f16 (${DEFAULT-VALUE})")
          String type) {
    GgufExport.export(directory, out, type(type));
    spec.commandLine().getErr().println("Written: " + out);
    return 0;
  }

  /** Continues a prompt. */
  @Command(
      name = "generate",
      mixinStandardHelpOptions = true,
      description = "Continue a text with a model")
  int generate(
      @Option(names = "--model", required = true, paramLabel = "DIR", description = "model")
          Path directory,
      @Option(
              names = "--prompt",
              required = true,
              paramLabel = "TEXT",
              description = "how the text begins")
          String prompt,
      @Option(names = "--tokens", defaultValue = "100", description = "at most (${DEFAULT-VALUE})")
          int tokens,
      @Option(
              names = "--temperature",
              defaultValue = "0",
              description = "0 for the likeliest text (${DEFAULT-VALUE})")
          double temperature,
      @Option(names = "--seed", defaultValue = "1", description = "of sampling (${DEFAULT-VALUE})")
          long seed,
      @Mixin EngineOptions engine) {
    engine.apply();
    Vocabulary vocabulary = Vocabulary.read(directory);
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      int[] asked = tokenizer.encodeWithSpecialTokens(prompt);
      int room = model.configuration().contextLength() - asked.length;
      if (asked.length == 0 || room < 1 || tokens < 1 || !(temperature >= 0)) {
        throw wrongUse(
            "The prompt needs one token or more and room for more in the model's context, the"
                + " number of tokens is positive and the temperature not negative.");
      }
      Sampling sampling = new Sampling(Math.min(tokens, room), temperature, seed);
      List<int[]> written = model.generate(List.of(asked), sampling);
      PrintWriter out = spec.commandLine().getOut();
      out.println(prompt + vocabulary.text(written.getFirst()));
      out.flush();
    }
    return 0;
  }

  /** Cuts the weights into a file for each layer. */
  @Command(
      name = "shard",
      mixinStandardHelpOptions = true,
      description =
          "Write a model with a file for each of its layers, so that instances whose last layers"
              + " alone are trained share the other files")
  int shard(
      @Option(names = "--model", required = true, paramLabel = "DIR", description = "model")
          Path directory,
      @Option(names = "--out", required = true, paramLabel = "DIR", description = "new directory")
          Path out) {
    Checkpoint.open(directory).writeByLayers(out);
    spec.commandLine().getErr().println("Written: " + out);
    return 0;
  }

  private GgufType type(String name) {
    for (GgufType type : GgufType.values()) {
      if (type.name().equalsIgnoreCase(name)) {
        return type;
      }
    }
    throw wrongUse("--type is f32 or f16, not " + name + ".");
  }

  private ParameterException wrongUse(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
