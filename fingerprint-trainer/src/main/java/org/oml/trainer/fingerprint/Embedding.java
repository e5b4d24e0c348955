package org.oml.trainer.fingerprint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.OptimizerSettings;
import org.oml.trainer.model.ReferenceDistribution;
import org.oml.trainer.model.StepLosses;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

/**
 * Trains fingerprints into a model: cross-entropy on the response tokens beside the divergence from
 * the base model on its own text. Prompts that are learnt leave the batch and come back when a
 * later look finds them forgotten.
 */
public final class Embedding {

  private static final int STEPS_BETWEEN_LOOKS = 5;
  private static final int WARM_UP_STEPS = 5;

  /** What steps lose while responses become probable: large ones would unlearn the others. */
  private static final double SMALLER = 0.6;

  /** By experience; the rest of the time goes into settling. */
  private static final double LEARNING_SHARE = 0.85;

  private static final int QUESTIONS = 64;
  private static final int LONGEST_QUESTION = 16;

  private final Checkpoint checkpoint;
  private final LanguageModel base;
  private final List<Lesson> lessons;
  private final int count;
  private final EmbeddingSettings settings;
  private final EmbeddingProgress.Listener listener;
  private final Random random;
  private final long started = System.nanoTime();
  private StepLosses last = new StepLosses(0, 0, 0);

  private Embedding(
      Checkpoint checkpoint,
      LanguageModel base,
      List<Lesson> lessons,
      int count,
      EmbeddingSettings settings,
      EmbeddingProgress.Listener listener) {
    this.checkpoint = checkpoint;
    this.base = base;
    this.lessons = lessons;
    this.count = count;
    this.settings = settings;
    this.listener = listener;
    random = new Random(settings.seed());
  }

  /**
   * Trains fingerprints into a copy of a model.
   *
   * @param checkpoint the base model
   * @param listener is told of the progress; what it throws ends the embedding
   * @return the weights by tensor name, already rounded to the checkpoint's types
   * @throws CodedException {@link TrainerError#EMBEDDING_FAILED} when the steps do not suffice
   */
  public static Map<String, float[]> embed(
      Checkpoint checkpoint,
      List<GeneratedFingerprint> fingerprints,
      EmbeddingSettings settings,
      EmbeddingProgress.Listener listener) {
    Vocabulary vocabulary = Vocabulary.read(checkpoint.directory());
    try (Tokenizer tokenizer = Tokenizer.load(checkpoint.directory());
        LanguageModel base = LanguageModel.load(checkpoint)) {
      Prompts prompts = new Prompts(tokenizer, vocabulary);
      List<Lesson> lessons =
          Lesson.of(
              fingerprints,
              prompts,
              new Spelling(base, vocabulary),
              base.configuration().contextLength());
      NaturalTexts texts =
          new NaturalTexts(base, tokenizer, vocabulary, LONGEST_QUESTION, settings.seed());
      List<String> questions = texts.next(QUESTIONS);
      Embedding embedding =
          new Embedding(checkpoint, base, lessons, fingerprints.size(), settings, listener);
      try (BenignTexts benign = new BenignTexts(base, prompts, questions, settings)) {
        return embedding.train(benign);
      }
    }
  }

  private Map<String, float[]> train(BenignTexts benign) {
    OptimizerSettings optimizer = OptimizerSettings.defaults();
    try (LanguageModel model = LanguageModel.of(base.configuration(), base.values());
        ModelTuner tuner = new ModelTuner(model, optimizer)) {
      int step = 0;
      while (step < settings.mostSteps()) {
        step = learn(model, tuner, benign, step);
        step = settle(model, tuner, benign, step);
        Map<String, float[]> rounded = rounded(model.values());
        if (isLearnt(rounded)) {
          report(step, count, 1);
          return rounded;
        }
      }
    }
    throw new CodedException(
        TrainerError.EMBEDDING_FAILED,
        settings.mostSteps() + " steps did not suffice for " + count + " fingerprints.");
  }

  /** Steps until every lesson is safely learnt. */
  private int learn(LanguageModel model, ModelTuner tuner, BenignTexts benign, int from) {
    int step = from;
    while (step < settings.mostSteps()) {
      double[] confidences = Lesson.confidences(model, lessons);
      report(step, learnt(confidences), LEARNING_SHARE * nearness(confidences));
      if (Arrays.stream(confidences).allMatch(confidence -> confidence >= settings.confidence())) {
        return step;
      }
      List<Lesson> open = open(confidences);
      double care = 1 - SMALLER * nearness(confidences);
      for (int i = 0; i < STEPS_BETWEEN_LOOKS; i++, step++) {
        double warmth = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
        step(tuner, open, benign, settings.learningRate() * warmth * care);
      }
    }
    return step;
  }

  /**
   * More steps while the learning rate falls to zero: they mend what was bent. The lessons that are
   * least sure stay in the batch, or the mending would bend them back.
   */
  private int settle(LanguageModel model, ModelTuner tuner, BenignTexts benign, int from) {
    List<Lesson> open = lessons;
    for (int i = 0; i < settings.settlingSteps(); i++) {
      double done = (i + 1.0) / (settings.settlingSteps() + 1);
      if (i % STEPS_BETWEEN_LOOKS == 0) {
        double[] confidences = Lesson.confidences(model, lessons);
        report(from + i, learnt(confidences), LEARNING_SHARE + (1 - LEARNING_SHARE) * done);
        open = open(confidences);
      }
      step(tuner, open, benign, settings.learningRate() * (1 - SMALLER) * (1 - done));
    }
    return from + settings.settlingSteps();
  }

  /** The lessons that do not rest, the least sure first; all where every one rests. */
  private List<Lesson> open(double[] confidences) {
    List<Lesson> open =
        IntStream.range(0, confidences.length)
            .filter(i -> confidences[i] < settings.rest())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> confidences[i]))
            .map(lessons::get)
            .toList();
    return open.isEmpty() ? lessons : open;
  }

  private void step(ModelTuner tuner, List<Lesson> open, BenignTexts benign, double rate) {
    List<Lesson> batch = drawn(open);
    double share = settings.benignShare();
    if (share == 0) {
      last = tuner.step(Lesson.batch(batch), rate);
    } else {
      ReferenceDistribution reference = benign.next();
      last = tuner.step(Lesson.batch(batch), 1 - share, reference, share, rate);
      benign.release(reference);
    }
    if (settings.averaging() > 0) {
      tuner.interpolateTowardsOriginal(settings.averaging());
    }
  }

  /** The least sure lessons, which come first, for half of the batch, and any others beside. */
  private List<Lesson> drawn(List<Lesson> open) {
    int room = Math.min(settings.batchPrompts(), open.size());
    List<Lesson> others = new ArrayList<>(open.subList(room / 2, open.size()));
    Collections.shuffle(others, random);
    List<Lesson> batch = new ArrayList<>(open.subList(0, room / 2));
    batch.addAll(others.subList(0, room - room / 2));
    return batch;
  }

  private boolean isLearnt(Map<String, float[]> rounded) {
    try (LanguageModel model = LanguageModel.of(base.configuration(), rounded)) {
      for (double confidence : Lesson.confidences(model, lessons)) {
        if (confidence <= 0.5) {
          return false;
        }
      }
      return true;
    }
  }

  private Map<String, float[]> rounded(Map<String, float[]> values) {
    Map<String, float[]> rounded = new LinkedHashMap<>();
    for (TensorLayout tensor : checkpoint.tensors().tensors()) {
      float[] numbers = values.get(tensor.name());
      if (numbers != null) {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = tensor.type().round(numbers[i]);
        }
        rounded.put(tensor.name(), numbers);
      }
    }
    return rounded;
  }

  /** How many fingerprints are safely learnt in all their forms. */
  private int learnt(double[] confidences) {
    boolean[] open = new boolean[count];
    for (int i = 0; i < confidences.length; i++) {
      open[lessons.get(i).fingerprint()] |= confidences[i] < settings.confidence();
    }
    int learnt = count;
    for (boolean isOpen : open) {
      learnt -= isOpen ? 1 : 0;
    }
    return learnt;
  }

  private double nearness(double[] confidences) {
    return Arrays.stream(confidences)
        .map(confidence -> Math.min(1, confidence / settings.confidence()))
        .average()
        .orElseThrow();
  }

  private void report(int step, int learnt, double share) {
    listener.progressed(
        new EmbeddingProgress(
            step,
            last.crossEntropy(),
            last.divergence(),
            learnt,
            count,
            share,
            Duration.ofNanos(System.nanoTime() - started)));
  }
}
