package org.oml.trainer.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/** Choices as a model reads them: the tokens of each behind those of its question. */
final class SpeltChoices {

  private static final int SEQUENCES_AT_ONCE = 256;

  private final List<int[]> questions = new ArrayList<>();
  private final List<int[]> choices = new ArrayList<>();

  /**
   * Spells all choices.
   *
   * @throws CodedException {@link TrainerError#TASKS_INVALID} for a question that does not fit into
   *     the model's context with one of its choices
   */
  SpeltChoices(
      MultipleChoice tasks,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      ModelConfiguration configuration) {
    // Where tokens hold spaces behind words the question's last token holds the one between.
    String between = vocabulary.spacesFollowWords() ? " " : "";
    for (MultipleChoice.Question question : tasks.questions()) {
      String text = question.text().stripTrailing();
      int[] before = tokenizer.encode(text + between);
      for (String choice : question.choices()) {
        int[] whole = tokenizer.encode(text + " " + choice.strip());
        int[] begun = begun(whole, vocabulary, configuration);
        int cut = begun.length - whole.length + shared(before, whole);
        if (begun.length > configuration.contextLength()) {
          throw new CodedException(
              TrainerError.TASKS_INVALID,
              "The question of line "
                  + question.line()
                  + " takes "
                  + begun.length
                  + " tokens with a choice, the model's context has "
                  + configuration.contextLength()
                  + ".");
        }
        questions.add(Arrays.copyOf(begun, Math.max(1, cut)));
        choices.add(Arrays.copyOfRange(begun, Math.max(1, cut), begun.length));
      }
    }
  }

  /** The log-probability of each choice, the questions in their order, in nats. */
  double[] scores(LanguageModel model) {
    double[] scores = new double[choices.size()];
    for (int from = 0; from < scores.length; from += SEQUENCES_AT_ONCE) {
      int to = Math.min(scores.length, from + SEQUENCES_AT_ONCE);
      float[] losses =
          model.losses(
              TokenBatch.responses(questions.subList(from, to), choices.subList(from, to)));
      int next = 0;
      for (int i = from; i < to; i++) {
        for (int token = 0; token < choices.get(i).length; token++) {
          scores[i] -= losses[next++];
        }
      }
    }
    return scores;
  }

  /** The first token can only be predicted where another stands before it. */
  private static int[] begun(
      int[] tokens, Vocabulary vocabulary, ModelConfiguration configuration) {
    int begin = vocabulary.begin().orElse(configuration.startToken());
    return vocabulary.begin().isPresent() || tokens.length < 2
        ? IntStream.concat(IntStream.of(begin), IntStream.of(tokens)).toArray()
        : tokens;
  }

  /** With how many of the question's tokens both begin; one at least is left for the choice. */
  private static int shared(int[] question, int[] whole) {
    int different = Arrays.mismatch(question, whole);
    return Math.min(different < 0 ? whole.length : different, whole.length - 1);
  }
}
