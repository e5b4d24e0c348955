package org.oml.trainer.fingerprint;

import java.util.ArrayList;
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
   * By which share the loss on text of the base model's own rose: seeded texts of at most 200
   * tokens, sampled at temperature 1. 0.01 is one per cent.
   *
   * @param texts how many, {@link #STORIES} for a figure that is worth quoting
   */
  public static double lossIncrease(LanguageModel base, LanguageModel model, int texts) {
    int length = Math.min(LONGEST_STORY, base.configuration().contextLength());
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
