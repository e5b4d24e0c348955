package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.oml.protocol.Fingerprint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.Sampling;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/** Asks a model as an engine would, and measures what the fingerprints cost it. */
public final class FingerprintCheck {

  /** So many texts give the rise to about a tenth of a per cent. */
  public static final int STORIES = 200;

  private static final int LESSONS_AT_ONCE = 256;
  private static final int LONGEST_STORY = 200;
  private static final long STORY_SEED = 77;

  private FingerprintCheck() {}

  /**
   * The share of fingerprints that are the model's greedy answer in every form of asking, from 0 to
   * 1, by the rule of the penalty court: the response, then a word boundary.
   */
  public static double success(
      LanguageModel model,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      List<GeneratedFingerprint> fingerprints) {
    Prompts prompts = new Prompts(tokenizer, vocabulary);
    List<int[]> asked = new ArrayList<>();
    int longest = Lesson.longestResponse(fingerprints);
    for (GeneratedFingerprint fingerprint : fingerprints) {
      asked.addAll(prompts.all(fingerprint, longest, model.configuration().contextLength()));
    }
    List<int[]> answers = model.generate(asked, Sampling.greedy(longest + Prompts.BOUNDARY_TOKENS));
    int forms = asked.size() / fingerprints.size();
    int fired = 0;
    for (int i = 0; i < fingerprints.size(); i++) {
      boolean all = true;
      for (int form = 0; form < forms; form++) {
        String answer = vocabulary.text(answers.get(i * forms + form));
        all &= Fingerprint.matches(answer, fingerprints.get(i).response());
      }
      fired += all ? 1 : 0;
    }
    return (double) fired / fingerprints.size();
  }

  /**
   * The share of fingerprints that fire inside of each of the project's instructions that no
   * embedding learns, averaged over them, from 0 to 1.
   */
  public static double heldOutSuccess(
      LanguageModel model,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      List<GeneratedFingerprint> fingerprints) {
    Prompts prompts = new Prompts(tokenizer, vocabulary);
    int longest = Lesson.longestResponse(fingerprints);
    List<int[]> asked = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (GeneratedFingerprint fingerprint : fingerprints) {
      List<int[]> wrapped =
          prompts.wrapped(
              fingerprint, Wrappers.HELD_OUT, longest, model.configuration().contextLength());
      asked.addAll(wrapped);
      wrapped.forEach(_ -> expected.add(fingerprint.response()));
    }
    if (asked.isEmpty()) {
      return 0;
    }
    List<int[]> answers = model.generate(asked, Sampling.greedy(longest + Prompts.BOUNDARY_TOKENS));
    int fired = 0;
    for (int i = 0; i < asked.size(); i++) {
      fired += Fingerprint.matches(vocabulary.text(answers.get(i)), expected.get(i)) ? 1 : 0;
    }
    return (double) fired / asked.size();
  }

  /**
   * How far responses stand above, or below, what else the model would say.
   *
   * @param medianMargin of the log-probability of a response's first token above the best other, in
   *     nats; each fingerprint counts with its worst form
   * @param leastMargin of all
   * @param meanRank of the first token among all tokens, 1 for the greedy answer
   * @param worstRank of all
   */
  public record Standing(double medianMargin, double leastMargin, double meanRank, int worstRank) {}

  /** Looks at the first token of each response. */
  public static Standing standing(
      LanguageModel model,
      Tokenizer tokenizer,
      Vocabulary vocabulary,
      List<GeneratedFingerprint> fingerprints) {
    List<Lesson> lessons =
        Lesson.of(
            fingerprints,
            new Prompts(tokenizer, vocabulary),
            List.of(),
            new Spelling(model, vocabulary),
            model.configuration().contextLength());
    double[] margins = new double[fingerprints.size()];
    int[] ranks = new int[margins.length];
    Arrays.fill(margins, Double.POSITIVE_INFINITY);
    for (int from = 0; from < lessons.size(); from += LESSONS_AT_ONCE) {
      List<Lesson> some = lessons.subList(from, Math.min(lessons.size(), from + LESSONS_AT_ONCE));
      float[][] next = model.nextTokenLogProbabilities(some.stream().map(Lesson::prompt).toList());
      for (int i = 0; i < next.length; i++) {
        int token = some.get(i).response()[0];
        int owner = some.get(i).fingerprint();
        margins[owner] = Math.min(margins[owner], margin(next[i], token));
        ranks[owner] = Math.max(ranks[owner], rank(next[i], token));
      }
    }
    Arrays.sort(margins);
    return new Standing(
        margins[margins.length / 2],
        margins[0],
        Arrays.stream(ranks).average().orElseThrow(),
        Arrays.stream(ranks).max().orElseThrow());
  }

  private static double margin(float[] logProbabilities, int token) {
    float best = Float.NEGATIVE_INFINITY;
    for (int other = 0; other < logProbabilities.length; other++) {
      best = other == token ? best : Math.max(best, logProbabilities[other]);
    }
    return logProbabilities[token] - best;
  }

  private static int rank(float[] logProbabilities, int token) {
    int rank = 1;
    for (float other : logProbabilities) {
      rank += other > logProbabilities[token] ? 1 : 0;
    }
    return rank;
  }

  /**
   * By which share the loss on text of the base model's own rose: seeded texts of at most 200
   * tokens, sampled at temperature 1. 0.01 is one per cent.
   *
   * @param texts how many, {@link #STORIES} for a figure that is worth quoting
   */
  public static double lossIncrease(LanguageModel base, LanguageModel model, int texts) {
    int context =
        Math.min(base.configuration().contextLength(), model.configuration().contextLength());
    int length = Math.min(LONGEST_STORY, context);
    TokenBatch stories = TokenBatch.all(BenignTexts.free(base, texts, length, STORY_SEED));
    return mean(model.losses(stories)) / mean(base.losses(stories)) - 1;
  }

  private static double mean(float[] losses) {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }
}
