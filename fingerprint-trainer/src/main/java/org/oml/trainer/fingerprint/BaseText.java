package org.oml.trainer.fingerprint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.ReferenceDistribution;
import org.oml.trainer.model.StepLosses;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * A base model with what it wrote and predicts: the dear part of an embedding that does not hang on
 * the fingerprints, so that several instances can share it.
 */
public final class BaseText implements AutoCloseable {

  private static final int QUESTIONS = 64;
  private static final int LONGEST_QUESTION = 16;

  /**
   * Drawn from the seed of the keys the questions would be keys: the model would be taught the
   * response and held to the base model's answer at once.
   */
  private static final long APART_FROM_KEYS = 0x71_75_65_73_74_69_6f_6eL;

  /** What the simulated fine-tuning learns, and how: steps as large as a real one's. */
  private static final int TUNING_BATCHES = 64;

  private static final int TUNING_STEPS = 2;
  private static final int TUNING_TEXTS = 8;
  private static final int TUNING_LENGTH = 32;
  private static final double TUNING_RATE = 5e-4;

  private final LanguageModel base;
  private final Tokenizer tokenizer;
  private final Prompts prompts;
  private final Vocabulary vocabulary;
  private final EmbeddingSettings settings;
  private final BenignTexts benign;
  private final List<TokenBatch> tuning = new ArrayList<>();

  private BaseText(
      LanguageModel base, Tokenizer tokenizer, Vocabulary vocabulary, EmbeddingSettings settings) {
    this.base = base;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.settings = settings;
    prompts = new Prompts(tokenizer, vocabulary);
    Chance chance = Chance.seeded(settings.seed() ^ APART_FROM_KEYS);
    NaturalTexts texts = new NaturalTexts(base, tokenizer, vocabulary, LONGEST_QUESTION, chance);
    benign = new BenignTexts(base, prompts, texts.next(QUESTIONS), settings);
    RandomKeys foreign =
        new RandomKeys(tokenizer, vocabulary, TUNING_LENGTH, Chance.seeded(settings.seed()));
    for (int i = 0; settings.meta() && i < TUNING_BATCHES; i++) {
      tuning.add(
          TokenBatch.all(
              foreign.next(TUNING_TEXTS).stream()
                  .map(text -> prompts.begun(tokenizer.encode(text)))
                  .toList()));
    }
  }

  /** Has the base model write. */
  public static BaseText of(Checkpoint checkpoint, EmbeddingSettings settings) {
    LanguageModel base = LanguageModel.load(checkpoint);
    try {
      return of(base, Tokenizer.load(checkpoint.directory()), checkpoint, settings);
    } catch (RuntimeException e) {
      base.close();
      throw e;
    }
  }

  private static BaseText of(
      LanguageModel base, Tokenizer tokenizer, Checkpoint checkpoint, EmbeddingSettings settings) {
    try {
      return new BaseText(base, tokenizer, Vocabulary.read(checkpoint.directory()), settings);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public void close() {
    benign.close();
    base.close();
    tokenizer.close();
  }

  LanguageModel base() {
    return base;
  }

  /** Every fingerprint in every form, the short ones first, so that no batch is padded much. */
  List<Lesson> lessons(List<GeneratedFingerprint> fingerprints) {
    List<Lesson> lessons =
        new ArrayList<>(
            Lesson.of(
                fingerprints,
                prompts,
                settings.wrappers() ? Wrappers.TRAINED : List.of(),
                new Spelling(base, vocabulary),
                base.configuration().contextLength()));
    lessons.sort(Comparator.comparingInt(lesson -> lesson.prompt().length));
    return lessons;
  }

  /** One step on a batch of fingerprints and some of the text. */
  StepLosses step(
      ModelTuner tuner, TokenBatch batch, int step, double weight, double share, double rate) {
    if (!settings.benign().distilled()) {
      return tuner.step(batch, weight, benign.texts(step), share, rate);
    }
    ReferenceDistribution reference = benign.reference(step);
    try {
      return tuning.isEmpty()
          ? tuner.step(batch, weight, reference, share, rate)
          : tuner.step(batch, weight, reference, share, simulated(step), TUNING_RATE, rate);
    } finally {
      benign.release(reference);
    }
  }

  private List<TokenBatch> simulated(int step) {
    List<TokenBatch> some = new ArrayList<>();
    for (int i = 0; i < TUNING_STEPS; i++) {
      some.add(tuning.get((step * TUNING_STEPS + i) % tuning.size()));
    }
    return some;
  }
}
