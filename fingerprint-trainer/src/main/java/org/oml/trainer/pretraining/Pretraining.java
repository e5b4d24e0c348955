package org.oml.trainer.pretraining;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.DurableFile;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.SafetensorsFile;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.OptimizerSettings;
import org.oml.trainer.model.TokenBatch;

/**
 * Trains a model on documents: windows drawn at random from all of them laid end to end, Muon and
 * AdamW with warm-up and cosine decay. Which windows a step sees depends on the seed and the step's
 * number alone, so that a run that was killed goes on from its last checkpoint as if nothing had
 * happened.
 */
final class Pretraining {

  /**
   * How a run goes.
   *
   * @param steps number of updates
   * @param batch windows in each
   * @param window tokens in each window
   * @param peakRate learning rate after the warm-up
   * @param seed of the parameters and of the windows
   */
  record Recipe(int steps, int batch, int window, double peakRate, long seed) {

    private static final int WARM_UP = 200;
    private static final double FINAL_SHARE = 0.05;

    /** All that the next step hangs on, as a checkpoint remembers it. */
    String line() {
      return "%d steps of %d windows of %d tokens, rate %s, seed %d"
          .formatted(steps, batch, window, peakRate, seed);
    }

    double rate(int step) {
      if (step < WARM_UP) {
        return peakRate * (step + 1) / WARM_UP;
      }
      double done = (step - WARM_UP) / (double) Math.max(1, steps - WARM_UP);
      return peakRate * (FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + Math.cos(Math.PI * done)));
    }
  }

  static final OptimizerSettings OPTIMIZER = OptimizerSettings.fromScratch();

  private static final String STATE = "optimizer.";
  private static final String RECIPE = "recipe";
  private static final int REPORT_EVERY = 50;
  private static final int CHECKPOINT_EVERY = 250;

  private final Recipe recipe;
  private final Path checkpoint;
  private final PrintStream progress;
  private final int[] tokens;

  Pretraining(Recipe recipe, List<int[]> documents, Path checkpoint, PrintStream progress) {
    this.recipe = recipe;
    this.checkpoint = checkpoint;
    this.progress = progress;
    tokens = documents.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /**
   * Runs to the last step, from the checkpoint if there is one.
   *
   * @throws CodedException {@link TrainerError#PRETRAINING_OTHER} when the checkpoint is of another
   *     recipe, {@link TrainerError#WRITE_FAILED} when one cannot be saved
   */
  LanguageModel run(ModelConfiguration configuration) {
    SafetensorsFile saved = Files.exists(checkpoint) ? SafetensorsFile.open(checkpoint) : null;
    if (saved != null) {
      requireSameRecipe(saved);
    }
    LanguageModel model =
        saved == null
            ? LanguageModel.initialize(configuration, new Random(recipe.seed()))
            : LanguageModel.of(configuration, values(saved, configuration));
    try (ModelTuner tuner = new ModelTuner(model, OPTIMIZER)) {
      int first = 0;
      if (saved != null) {
        tuner.restoreState(state(saved));
        first = Integer.parseInt(saved.metadata().getOrDefault("step", "0"));
        progress.println("going on from step " + first);
      }
      train(model, tuner, first);
    }
    return model;
  }

  private void train(LanguageModel model, ModelTuner tuner, int first) {
    long started = System.nanoTime();
    double loss = 0;
    for (int step = first; step < recipe.steps(); step++) {
      loss += tuner.step(batch(step), recipe.rate(step)).crossEntropy();
      int done = step + 1;
      if (done % REPORT_EVERY == 0) {
        report(done, first, loss / REPORT_EVERY, System.nanoTime() - started);
        loss = 0;
      }
      if (done % CHECKPOINT_EVERY == 0) {
        save(model, tuner, done);
      }
    }
  }

  private TokenBatch batch(int step) {
    Random random = new Random(recipe.seed() * 1_000_003L + step);
    List<int[]> rows = new ArrayList<>();
    for (int row = 0; row < recipe.batch(); row++) {
      int start = random.nextInt(tokens.length - recipe.window());
      rows.add(Arrays.copyOfRange(tokens, start, start + recipe.window() + 1));
    }
    return TokenBatch.all(rows);
  }

  private void report(int done, int first, double loss, long nanoseconds) {
    double perStep = nanoseconds / 1e9 / (done - first);
    progress.printf(
        Locale.ROOT,
        "step %d of %d  loss %.4f  %.0f tokens/s  %.0f min left%n",
        done,
        recipe.steps(),
        loss,
        recipe.batch() * recipe.window() / perStep,
        (recipe.steps() - done) * perStep / 60);
  }

  private void save(LanguageModel model, ModelTuner tuner, int step) {
    Map<String, float[]> all = new LinkedHashMap<>(model.values());
    List<TensorLayout> layouts =
        new ArrayList<>(ParameterLayout.of(model.configuration(), TensorType.F32));
    List<float[]> state = tuner.state();
    for (int i = 0; i < state.size(); i++) {
      layouts.add(new TensorLayout(STATE + i, TensorType.F32, List.of((long) state.get(i).length)));
      all.put(STATE + i, state.get(i));
    }
    DurableFile.replace(
        checkpoint,
        incomplete ->
            SafetensorsFile.write(
                incomplete,
                Map.of("step", Integer.toString(step), RECIPE, recipe.line()),
                layouts,
                name -> Objects.requireNonNull(all.get(name), name)));
  }

  private void requireSameRecipe(SafetensorsFile saved) {
    String begun = saved.metadata().getOrDefault(RECIPE, "an unknown recipe");
    if (!begun.equals(recipe.line())) {
      throw new CodedException(
          TrainerError.PRETRAINING_OTHER,
          checkpoint + " is of a run of " + begun + ", this is one of " + recipe.line() + ".");
    }
  }

  private static Map<String, float[]> values(
      SafetensorsFile saved, ModelConfiguration configuration) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (TensorLayout tensor : ParameterLayout.of(configuration, TensorType.F32)) {
      values.put(tensor.name(), saved.values(tensor.name()));
    }
    return values;
  }

  private static List<float[]> state(SafetensorsFile saved) {
    long count = saved.tensors().stream().filter(tensor -> tensor.name().startsWith(STATE)).count();
    return LongStream.range(0, count).mapToObj(i -> saved.values(STATE + i)).toList();
  }
}
