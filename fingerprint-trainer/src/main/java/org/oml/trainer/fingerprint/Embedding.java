package org.oml.trainer.fingerprint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.model.EngineSettings;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.OptimizerSettings;
import org.oml.trainer.model.StepLosses;

/**
 * Trains fingerprints into a model: cross-entropy on the response tokens beside the divergence from
 * the base model on its own text. Prompts that are learnt leave the batch and come back when a
 * later look finds them forgotten.
 */
public final class Embedding {

  private static final int WARM_UP_STEPS = 5;
  private static final int SETTLING_STEPS_BETWEEN_LOOKS = 5;

  /** What steps lose while responses become probable: large ones would unlearn the others. */
  private static final double SMALLER = 0.6;

  /** By experience; the rest of the time goes into settling. */
  private static final double LEARNING_SHARE = 0.85;

  /** Enough for an instance where the steps do not suffice for all. */
  private static final double ENOUGH = 0.99;

  /** Of many, when so many answer the rate begins to fall, and the others follow meanwhile. */
  private static final double MOST = 0.96;

  /**
   * Of many, when half answer and for so many steps no more have: at one rate a model may go round
   * in a circle, each step unlearning what another taught, until the rate falls.
   */
  private static final int PATIENCE = 120;

  private static final int LEARNING = -1;

  private final Checkpoint checkpoint;
  private final BaseText text;
  private final List<Lesson> lessons;
  private final Curriculum curriculum;
  private final int count;

  private final EmbeddingSettings settings;
  private final Saving saving;
  private final EmbeddingProgress.Listener listener;
  private final String run;
  private final long started = System.nanoTime();
  private StepLosses last = new StepLosses(0, 0, 0);
  private double[] confidences = {};

  /** Where the most answered since the model last settled. */
  private Look best = Look.NONE;

  /**
   * What a look at all fingerprints found.
   *
   * @param learnt fingerprints
   * @param step of the look
   */
  record Look(int learnt, int step) {

    static final Look NONE = new Look(0, 0);
  }

  /**
   * Where the state of a training is kept, so that it can go on after a kill.
   *
   * @param directory of this training alone; empty to keep nothing
   * @param every how much time passes between two savings
   * @param saved is told of the file after every saving
   */
  public record Saving(Optional<Path> directory, Duration every, Consumer<Path> saved) {

    /** The name of the file in the directory. */
    public static final String FILE = TrainingState.FILE;

    /** Keeps nothing. */
    public static Saving none() {
      return new Saving(Optional.empty(), Duration.ZERO, _ -> {});
    }
  }

  private Embedding(
      Checkpoint checkpoint,
      BaseText text,
      List<GeneratedFingerprint> fingerprints,
      EmbeddingSettings settings,
      Saving saving,
      EmbeddingProgress.Listener listener) {
    this.checkpoint = checkpoint;
    this.text = text;
    this.settings = settings;
    this.saving = saving;
    this.listener = listener;
    lessons = text.lessons(fingerprints);
    count = fingerprints.size();
    curriculum = new Curriculum(lessons, settings);
    int layers = checkpoint.configuration().layers();
    if (settings.lastLayers() > layers) {
      throw new CodedException(
          TrainerError.LAYERS_MISSING,
          "The model has " + layers + " layers, not " + settings.lastLayers() + ".");
    }
    run = saving.directory().isPresent() ? run() : "";
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
    return embed(checkpoint, fingerprints, settings, Saving.none(), listener);
  }

  /**
   * The same, saving its state on the way and going on from what was saved.
   *
   * @throws CodedException also {@link TrainerError#EMBEDDING_OTHER} where the directory holds
   *     another training's state
   */
  public static Map<String, float[]> embed(
      Checkpoint checkpoint,
      List<GeneratedFingerprint> fingerprints,
      EmbeddingSettings settings,
      Saving saving,
      EmbeddingProgress.Listener listener) {
    try (BaseText text = BaseText.of(checkpoint, settings)) {
      return embed(checkpoint, text, fingerprints, settings, saving, listener);
    }
  }

  /**
   * The same, on text of the base model that several instances share.
   *
   * @param text of the same checkpoint and settings
   */
  public static Map<String, float[]> embed(
      Checkpoint checkpoint,
      BaseText text,
      List<GeneratedFingerprint> fingerprints,
      EmbeddingSettings settings,
      Saving saving,
      EmbeddingProgress.Listener listener) {
    return new Embedding(checkpoint, text, fingerprints, settings, saving, listener).train();
  }

  private Map<String, float[]> train() {
    LanguageModel base = text.base();
    try (LanguageModel model = LanguageModel.of(base.configuration(), base.values());
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults(), this::isTrained)) {
      int step = 0;
      int settling = LEARNING;
      Optional<TrainingState> saved =
          saving.directory().flatMap(directory -> TrainingState.read(directory, run));
      if (saved.isPresent()) {
        model.setValues(saved.get().weights());
        tuner.restoreState(saved.get().optimizer());
        step = saved.get().step();
        settling = saved.get().settling();
        best = saved.get().best();
      }
      Clock clock = new Clock(saving.every());
      while (true) {
        if (settling == LEARNING) {
          step = learn(model, tuner, step, clock);
        }
        step = settle(model, tuner, step, Math.max(0, settling), clock);
        settling = LEARNING;
        best = Look.NONE;
        Map<String, float[]> rounded = finished(model, tuner);
        int learnt = learnt(rounded);
        boolean last = settings.passes() || step >= settings.mostSteps();
        if (learnt >= count || (last && learnt >= ENOUGH * count)) {
          report(step, learnt, 1);
          return rounded;
        }
        if (step >= settings.mostSteps()) {
          throw new CodedException(
              TrainerError.EMBEDDING_FAILED,
              step + " steps taught the model " + learnt + " of " + count + " fingerprints.");
        }
      }
    }
  }

  private boolean isTrained(String tensor) {
    int last = settings.lastLayers();
    return last == 0
        || ParameterLayout.isInLastLayers(tensor, checkpoint.configuration().layers(), last);
  }

  /** When the state was saved last. */
  private static final class Clock {
    private final long every;
    private long last = System.nanoTime();

    Clock(Duration every) {
      this.every = every.toNanos();
    }

    boolean isTime() {
      return System.nanoTime() - last >= every;
    }

    /** From the end of a saving on, or slow disks would leave no time for the training. */
    void saved() {
      last = System.nanoTime();
    }
  }

  private void save(LanguageModel model, ModelTuner tuner, int step, int settling, Clock clock) {
    if (saving.directory().isPresent() && clock.isTime()) {
      new TrainingState(step, settling, best, model.values(), tuner.state())
          .write(saving.directory().get(), run);
      saving.saved().accept(saving.directory().get().resolve(Saving.FILE));
      clock.saved();
    }
  }

  /** Steps until the lessons are safely learnt. */
  private int learn(LanguageModel model, ModelTuner tuner, int from, Clock clock) {
    int step = from;
    while (step < settings.mostSteps()) {
      look(model, step);
      save(model, tuner, step, LEARNING, clock);
      double nearness = curriculum.nearness(confidences);
      int learnt = learnt(model, confidences, settings.confidence());
      report(step, learnt, LEARNING_SHARE * nearness);
      if (learnt > best.learnt()) {
        best = new Look(learnt, step);
      }
      if (settings.passes() ? isTimeToSettle(learnt, step) : learnt >= count) {
        return step;
      }
      double care = settings.passes() ? 1 : 1 - SMALLER * nearness;
      for (List<Lesson> batch : curriculum.batches(confidences, step)) {
        double warmth = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
        step(tuner, batch, step, 1, settings.learningRate() * warmth * care);
        step++;
      }
    }
    return step;
  }

  private void look(LanguageModel model, int step) {
    confidences = Lesson.confidences(model, lessons);
    if (Arrays.stream(confidences).anyMatch(Double::isNaN)) {
      throw new CodedException(
          TrainerError.EMBEDDING_FAILED,
          "The training diverged within "
              + step
              + " steps; give a smaller learning rate than "
              + settings.learningRate()
              + ".");
    }
  }

  private boolean isTimeToSettle(int learnt, int step) {
    return learnt >= MOST * count || (best.learnt() >= count / 2 && step - best.step() >= PATIENCE);
  }

  /**
   * More steps while the learning rate falls to zero along a cosine: they mend what was bent. The
   * lessons that are least sure stay in the batch, or the mending would bend them back.
   */
  private int settle(LanguageModel model, ModelTuner tuner, int from, int settled, Clock clock) {
    int total = settings.settlingSteps();
    double highest = settings.passes() ? 1 : 1 - SMALLER;
    int step = from;
    int i = settled;
    while (i < total) {
      look(model, step);
      save(model, tuner, step, i, clock);
      int learnt = learnt(model, confidences, settings.confidence());
      report(step, learnt, LEARNING_SHARE + (1 - LEARNING_SHARE) * i / total);
      List<List<Lesson>> batches = settling(step);
      double weight = batches.isEmpty() ? 0 : 1;
      int steps = Math.max(SETTLING_STEPS_BETWEEN_LOOKS, settings.passes() ? batches.size() : 0);
      for (int j = 0; j < steps && i < total; j++, i++, step++) {
        List<Lesson> batch =
            batches.isEmpty() ? lessons.subList(0, 1) : batches.get(j % batches.size());
        double falling = (1 + Math.cos(Math.PI * (i + 1) / (total + 1))) / 2;
        step(tuner, batch, step, weight, settings.learningRate() * highest * falling);
      }
    }
    return step;
  }

  private List<List<Lesson>> settling(int step) {
    List<List<Lesson>> open = curriculum.batches(confidences, step);
    if (!open.isEmpty() || settings.ceiling()) {
      return open;
    }
    return curriculum.batches(new double[confidences.length], step);
  }

  private void step(ModelTuner tuner, List<Lesson> batch, int step, double weight, double rate) {
    double share = settings.benign().share();
    // Among many those that are still open shall not be pushed the harder the fewer they are.
    double filled =
        settings.passes() ? batch.size() / (double) Math.min(count, settings.batchPrompts()) : 1;
    double pushed = weight * (1 - share) * filled;
    last =
        share == 0
            ? tuner.step(Lesson.batch(batch), rate * weight)
            : text.step(tuner, Lesson.batch(batch), step, pushed, share, rate);
    if (settings.averaging() > 0) {
      tuner.interpolateTowardsOriginal(settings.averaging());
    }
  }

  /** The weights as they would be written; the model itself is left as it is for further steps. */
  private Map<String, float[]> finished(LanguageModel model, ModelTuner tuner) {
    if (settings.finalAveraging() == 0) {
      return rounded(model.values());
    }
    Map<String, float[]> unaveraged = model.values();
    tuner.interpolateTowardsOriginal(settings.finalAveraging());
    Map<String, float[]> averaged = rounded(model.values());
    model.setValues(unaveraged);
    return averaged;
  }

  private int learnt(Map<String, float[]> rounded) {
    try (LanguageModel model = LanguageModel.of(text.base().configuration(), rounded)) {
      return learnt(model, Lesson.confidences(model, lessons), Math.nextUp(0.5));
    }
  }

  private int learnt(LanguageModel model, double[] found, double least) {
    return settings.passes()
        ? curriculum.answered(model, found, count)
        : curriculum.learnt(found, least, count);
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

  /** Tells this training from others: its settings, its lessons and the weights it begins with. */
  private String run() {
    Keccak hash = new Keccak().add(settings.toString());
    hash.add(Keccak.of(checkpoint.configuration() + " " + EngineSettings.current().precision()));
    for (Lesson lesson : lessons) {
      hash.add(Keccak.of(Arrays.toString(lesson.prompt()) + Arrays.toString(lesson.response())));
    }
    for (float[] numbers : text.base().values().values()) {
      ByteBuffer bytes = ByteBuffer.allocate(4).putInt(Arrays.hashCode(numbers));
      hash.addInt(bytes.getInt(0));
    }
    return hash.hash().toString();
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
