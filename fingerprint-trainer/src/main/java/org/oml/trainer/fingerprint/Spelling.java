package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * With which tokens a model would write a response after a prompt. A response is known by its text,
 * and what a tokenizer makes of a text depends on what stands around it; so the tokens are those
 * that spell the most of it, the model's likeliest among equals, up to a word boundary: without one
 * the answer could run on into a longer word, and would not match.
 */
final class Spelling {

  /** Predictions at a time, over all prompts: 64 MiB of them. */
  private static final int PREDICTIONS = 1 << 24;

  private final LanguageModel base;
  private final String[] texts;
  private final int atOnce;

  Spelling(LanguageModel base, Vocabulary vocabulary) {
    this.base = base;
    atOnce = Math.max(1, PREDICTIONS / base.configuration().vocabularySize());
    texts = new String[vocabulary.tokens().size()];
    Arrays.setAll(texts, number -> vocabulary.isText(number) ? vocabulary.text(number) : "");
  }

  /** What is still to be written of one response. */
  private static final class Row {
    private int[] sequence;
    private final List<Integer> written = new ArrayList<>();
    private Optional<String> left;

    Row(int[] prompt, String response) {
      sequence = prompt;
      left = Optional.of(response.stripLeading());
    }

    void write(int token) {
      sequence = Arrays.copyOf(sequence, sequence.length + 1);
      sequence[sequence.length - 1] = token;
      written.add(token);
    }
  }

  /**
   * The tokens of each response after its prompt, with the token that sets the boundary.
   *
   * @throws CodedException {@link TrainerError#FINGERPRINTS_INVALID} when the vocabulary cannot
   *     spell a response
   */
  List<int[]> after(List<int[]> prompts, List<String> responses) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      rows.add(new Row(prompts.get(i), responses.get(i)));
    }
    List<Row> open = rows;
    while (!open.isEmpty()) {
      for (int from = 0; from < open.size(); from += atOnce) {
        advance(open.subList(from, Math.min(open.size(), from + atOnce)));
      }
      open = open.stream().filter(row -> row.left.isPresent()).toList();
    }
    return rows.stream()
        .map(row -> row.written.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private void advance(List<Row> some) {
    float[][] next =
        base.nextTokenLogProbabilities(some.stream().map(row -> row.sequence).toList());
    for (int i = 0; i < next.length; i++) {
      advance(some.get(i), next[i]);
    }
  }

  private void advance(Row row, float[] logProbabilities) {
    String left = row.left.orElseThrow();
    int best = -1;
    int bestCovered = -1;
    for (int token = 0; token < texts.length; token++) {
      int covered = covered(text(row, token), left);
      if (covered > bestCovered
          || (best >= 0
              && covered == bestCovered
              && logProbabilities[token] > logProbabilities[best])) {
        best = token;
        bestCovered = covered;
      }
    }
    if (best < 0) {
      throw new CodedException(
          TrainerError.FINGERPRINTS_INVALID, "The vocabulary cannot spell one of the responses.");
    }
    String text = text(row, best);
    row.left =
        text.length() > left.length() ? Optional.empty() : Optional.of(left.substring(bestCovered));
    row.write(best);
  }

  private String text(Row row, int token) {
    return row.written.isEmpty() ? texts[token].stripLeading() : texts[token];
  }

  /** How many characters of what is left a token writes; -1 if it does not fit. */
  private static int covered(String text, String left) {
    if (text.isEmpty()) {
      return -1;
    }
    if (text.length() <= left.length()) {
      return left.startsWith(text) ? text.length() : -1;
    }
    boolean fits = text.startsWith(left) && !Words.continuesWord(text.charAt(left.length()));
    return fits ? left.length() : -1;
  }
}
