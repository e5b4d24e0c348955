package org.oml.trainer.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.trainer.checkpoint.DurableDirectory;
import org.oml.trainer.fingerprint.Chance;
import org.oml.trainer.fingerprint.KeyFile;
import org.oml.trainer.fingerprint.NaturalTexts;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Draws keys alone, with any model that writes. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "Draw natural keys for fingerprints")
public final class KeysCommand {

  private static final int KEYS_AT_ONCE = 64;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** For picocli. */
  public KeysCommand() {}

  /** Common words that the model continues. */
  @Command(
      name = "generate",
      mixinStandardHelpOptions = true,
      description = "Draw natural keys, for fingerprint generate --keys")
  int generate(
      @Option(
              names = "--model",
              required = true,
              paramLabel = "DIR",
              description = "model that writes them, the base model or another")
          Path directory,
      @Option(
              names = {"-n", "--count"},
              defaultValue = "64",
              description = "how many (${DEFAULT-VALUE})")
          int count,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "new file for the keys")
          Path out,
      @Option(
              names = "--seed",
              description =
                  "repeats a draw, for experiments: such keys can be found out; secret if left out")
          @Nullable Long seed,
      @Option(
              names = "--key-length",
              defaultValue = "16",
              description = "tokens (${DEFAULT-VALUE})")
          int keyLength,
      @Mixin EngineOptions engine) {
    engine.apply();
    if (count < 1 || keyLength < 8) {
      throw new ParameterException(
          spec.commandLine(), "the count is at least 1 and the key length at least 8");
    }
    DurableDirectory.requireNew(out);
    List<String> keys = new ArrayList<>();
    DrawingProgress progress = new DrawingProgress(spec.commandLine().getErr(), count);
    try (LanguageModel model = LanguageModel.load(directory);
        Tokenizer tokenizer = Tokenizer.load(directory)) {
      NaturalTexts texts =
          new NaturalTexts(
              model, tokenizer, Vocabulary.read(directory), keyLength, Chance.asked(seed));
      while (keys.size() < count) {
        keys.addAll(texts.next(Math.min(KEYS_AT_ONCE, count - keys.size())));
        progress.accept(keys.size());
      }
    }
    KeyFile.write(out, keys);
    spec.commandLine().getErr().println(count + " keys in " + out + "; keep the file secret.");
    return 0;
  }
}
