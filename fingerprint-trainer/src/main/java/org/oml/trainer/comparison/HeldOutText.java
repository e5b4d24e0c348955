package org.oml.trainer.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Text on which models are measured, cut into windows of tokens.
 *
 * @param windows each at least two tokens and at most the context long
 */
public record HeldOutText(List<int[]> windows) {

  /** So many tokens give a loss to about one per cent, and differences far closer. */
  public static final int TOKENS = 8_192;

  private static final int WINDOW = 256;
  private static final int CHARACTERS_AT_ONCE = 16_384;
  private static final int WINDOWS_AT_ONCE = 8;
  private static final long SAMPLE_SEED = 77;

  public HeldOutText {
    windows = List.copyOf(windows);
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("a text has one window or more");
    }
  }

  /**
   * The beginning of a text file in UTF-8.
   *
   * @param most tokens that are taken of it
   * @throws CodedException {@link TrainerError#TEXT_INVALID} when it cannot be read or is too short
   */
  public static HeldOutText read(
      Path file, Tokenizer tokenizer, Vocabulary vocabulary, int contextLength, int most) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CodedException(
          TrainerError.TEXT_INVALID, file + " cannot be read as text in UTF-8.", e);
    }
    int[] tokens = tokens(text, tokenizer, most);
    int length = Math.min(WINDOW, contextLength);
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from < tokens.length; from += length - 1) {
      int[] window = Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + length - 1));
      int[] begun = begun(window, vocabulary);
      if (begun.length > 1) {
        windows.add(begun);
      }
    }
    if (windows.isEmpty()) {
      throw new CodedException(TrainerError.TEXT_INVALID, file + " has fewer than two tokens.");
    }
    return new HeldOutText(windows);
  }

  /** Seeded texts that a model wrote itself at temperature 1, for want of others. */
  public static HeldOutText sampled(LanguageModel base, int most) {
    int length = Math.min(WINDOW, base.configuration().contextLength());
    int[] beginning = {base.configuration().startToken()};
    List<int[]> beginnings = Collections.nCopies(Math.max(1, most / length), beginning);
    List<int[]> windows =
        base.generate(beginnings, new Sampling(length - 1, 1, SAMPLE_SEED)).stream()
            .map(written -> IntStream.concat(IntStream.of(beginning), IntStream.of(written)))
            .map(IntStream::toArray)
            .filter(window -> window.length > 1)
            .toList();
    return new HeldOutText(windows);
  }

  /** A few windows at a time, every token but a window's first asked about. */
  public List<TokenBatch> batches() {
    List<TokenBatch> batches = new ArrayList<>();
    for (int from = 0; from < windows.size(); from += WINDOWS_AT_ONCE) {
      int to = Math.min(windows.size(), from + WINDOWS_AT_ONCE);
      batches.add(TokenBatch.all(windows.subList(from, to)));
    }
    return batches;
  }

  /** Mean loss of a model, nats per token. */
  public double loss(LanguageModel model) {
    double sum = 0;
    long count = 0;
    for (TokenBatch batch : batches()) {
      for (float loss : model.losses(batch)) {
        sum += loss;
        count++;
      }
    }
    return sum / count;
  }

  /** Pieces of a long text at a time, cut where a line or a word ends, until enough is there. */
  private static int[] tokens(String text, Tokenizer tokenizer, int most) {
    IntStream.Builder tokens = IntStream.builder();
    int taken = 0;
    int from = 0;
    while (from < text.length() && taken < most) {
      int to = end(text, from);
      int[] piece = tokenizer.encode(text.substring(from, to));
      IntStream.of(piece).limit(most - taken).forEach(tokens::add);
      taken += piece.length;
      from = to;
    }
    return tokens.build().toArray();
  }

  private static int end(String text, int from) {
    int to = from + CHARACTERS_AT_ONCE;
    if (to >= text.length()) {
      return text.length();
    }
    int line = text.lastIndexOf('\n', to);
    int word = text.lastIndexOf(' ', to);
    int cut = line > from ? line : word;
    return cut > from ? cut : to;
  }

  private static int[] begun(int[] tokens, Vocabulary vocabulary) {
    return vocabulary.begin().isEmpty()
        ? tokens
        : IntStream.concat(IntStream.of(vocabulary.begin().getAsInt()), IntStream.of(tokens))
            .toArray();
  }
}
