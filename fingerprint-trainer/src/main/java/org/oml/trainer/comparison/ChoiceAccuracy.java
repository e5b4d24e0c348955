package org.oml.trainer.comparison;

import java.util.List;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * How many multiple-choice questions a model has right. The score of a choice is the
 * log-probability of its tokens behind the question, one space between the two; what the model
 * would say of its own accord is not asked. A model's answer is the choice of the highest score,
 * the first of several.
 *
 * <p>These are the two figures that evaluation harnesses call {@code acc} and {@code acc_norm}. The
 * first favours short choices, since every further token makes a text less probable; the second
 * divides each score by the characters of its choice (Unicode code points, without the space).
 *
 * @param questions how many were asked
 * @param accuracy share that is right by the score
 * @param normalisedAccuracy share that is right by the score for each character
 */
public record ChoiceAccuracy(int questions, double accuracy, double normalisedAccuracy) {

  /**
   * Asks a model.
   *
   * @throws CodedException {@link TrainerError#TASKS_INVALID} for a question that does not fit into
   *     the model's context
   */
  public static ChoiceAccuracy of(
      LanguageModel model, Tokenizer tokenizer, Vocabulary vocabulary, MultipleChoice tasks) {
    double[] scores =
        new SpeltChoices(tasks, tokenizer, vocabulary, model.configuration()).scores(model);
    int right = 0;
    int normalisedRight = 0;
    int next = 0;
    for (MultipleChoice.Question question : tasks.questions()) {
      List<String> choices = question.choices();
      double[] own = new double[choices.size()];
      double[] normalised = new double[own.length];
      for (int i = 0; i < own.length; i++) {
        String choice = choices.get(i).strip();
        own[i] = scores[next++];
        normalised[i] = own[i] / choice.codePointCount(0, choice.length());
      }
      right += best(own) == question.answer() ? 1 : 0;
      normalisedRight += best(normalised) == question.answer() ? 1 : 0;
    }
    int count = tasks.questions().size();
    return new ChoiceAccuracy(count, (double) right / count, (double) normalisedRight / count);
  }

  /**
   * The standard error of {@link #accuracy}: by so much it would differ from draw to draw if the
   * questions were drawn from many of their kind.
   */
  public double accuracyError() {
    return standardError(accuracy);
  }

  /** The standard error of {@link #normalisedAccuracy}. */
  public double normalisedAccuracyError() {
    return standardError(normalisedAccuracy);
  }

  private double standardError(double share) {
    return Math.sqrt(share * (1 - share) / (questions - 1));
  }

  private static int best(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }
}
