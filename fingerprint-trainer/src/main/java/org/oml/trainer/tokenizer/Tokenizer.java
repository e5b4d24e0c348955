package org.oml.trainer.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

/** The tokenizer of a model directory; neither cuts off nor pads. */
public final class Tokenizer implements AutoCloseable {

  private final HuggingFaceTokenizer tokenizer;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Loads tokenizer.json.
   *
   * @throws CodedException {@code TRAINER_TOKENIZER_INVALID}
   */
  public static Tokenizer load(Path directory) {
    Path file = directory.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new CodedException(TrainerError.TOKENIZER_INVALID, "There is no " + file + ".");
    }
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(
              file,
              Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "false")));
    } catch (IOException | RuntimeException e) {
      throw new CodedException(
          TrainerError.TOKENIZER_INVALID, file + " cannot be loaded: " + e.getMessage() + ".", e);
    }
  }

  /** Token numbers of a text as it stands, without special tokens around it. */
  public int[] encode(String text) {
    return narrow(tokenizer.encode(text, false, false).getIds());
  }

  /** The same with what the tokenizer puts around a text, such as a start token, where it does. */
  public int[] encodeWithSpecialTokens(String text) {
    return narrow(tokenizer.encode(text, true, false).getIds());
  }

  /** Text of token numbers, without special tokens. */
  public String decode(int[] tokens) {
    return tokenizer.decode(widen(tokens), true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static int[] narrow(long[] tokens) {
    return Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray();
  }

  private static long[] widen(int[] tokens) {
    return Arrays.stream(tokens).asLongStream().toArray();
  }
}
