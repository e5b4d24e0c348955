package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ModelConfiguration;
import org.oml.trainer.checkpoint.TensorType;

class LanguageModelTest {

  @TempDir Path directory;

  @Test
  void aCachedContinuationEqualsThatOfTheWholeSequence() {
    try (LanguageModel model = LanguageModel.of(SmallModels.SMALL, strong(5))) {
      List<int[]> prompts = new ArrayList<>(rows(3, 7));
      prompts.addAll(rows(2, 4));
      List<int[]> written = model.generate(prompts, Sampling.greedy(20));
      assertThat(written).anySatisfy(row -> assertThat(row).hasSize(20));
      for (int i = 0; i < prompts.size(); i++) {
        int[] sequence = prompts.get(i);
        for (int token : written.get(i)) {
          assertThat(largest(model.nextTokenLogProbabilities(List.of(sequence))[0]))
              .isEqualTo(token);
          sequence = with(sequence, token);
        }
      }
    }
  }

  @Test
  void anyOfSeveralEndsOfTextEndsAContinuation() throws IOException {
    List<int[]> prompts = rows(3, 7);
    Sampling sampling = Sampling.greedy(40);
    List<int[]> written;
    try (LanguageModel model = LanguageModel.of(SmallModels.SMALL, strong(5))) {
      written = model.generate(prompts, sampling);
    }
    int end = written.getFirst()[5];
    Files.writeString(
        directory.resolve("config.json"),
        SmallModels.SMALL
            .toJson()
            .replace("\"eos_token_id\" : 2", "\"eos_token_id\" : [2, 49, " + end + "]"));
    ModelConfiguration several = ModelConfiguration.read(directory);
    assertThat(several.endToken()).isEqualTo(2);
    assertThat(several.furtherEnds()).containsExactly(49, end);
    Files.writeString(directory.resolve("config.json"), several.toJson());
    assertThat(ModelConfiguration.read(directory)).isEqualTo(several);
    try (LanguageModel model = LanguageModel.of(several, strong(5))) {
      List<int[]> ended = model.generate(prompts, sampling);
      assertThat(ended.getFirst()).hasSizeLessThanOrEqualTo(5);
      for (int i = 0; i < ended.size(); i++) {
        int[] whole = written.get(i);
        int length =
            (int) Arrays.stream(whole).takeWhile(token -> token != end && token != 49).count();
        assertThat(ended.get(i)).isEqualTo(Arrays.copyOf(whole, length));
      }
    }
  }

  @Test
  void whatStandsLaterDoesNotChangeWhatComesBefore() {
    try (LanguageModel model = SmallModels.random(5)) {
      int[] row = rows(1, 9).getFirst();
      float[] before = model.logits(at(row, 4))[0];
      row[5] = (row[5] + 1) % 50;
      assertThat(model.logits(at(row, 4))[0]).containsExactly(before, within(1e-5f));
      row[4] = (row[4] + 1) % 50;
      assertThat(model.logits(at(row, 4))[0]).isNotEqualTo(before);
    }
  }

  @Test
  void paddingChangesNothing() {
    try (LanguageModel model = SmallModels.random(5)) {
      List<int[]> rows = List.of(rows(1, 9).getFirst(), rows(1, 3).getFirst());
      float[][] together = model.nextTokenLogProbabilities(rows);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(together[i])
            .containsExactly(
                model.nextTokenLogProbabilities(rows.subList(i, i + 1))[0], within(1e-5f));
      }
    }
  }

  @Test
  void lossesAreTheLogProbabilitiesOfTheNextTokens() {
    try (LanguageModel model = SmallModels.random(5)) {
      TokenBatch batch = TokenBatch.all(rows(2, 6));
      float[][] all = model.logProbabilities(batch);
      float[] losses = model.losses(batch);
      long[] targets = batch.targets();
      for (int i = 0; i < losses.length; i++) {
        assertThat(losses[i]).isCloseTo(-all[i][(int) targets[i]], within(1e-5f));
        double sum = 0;
        for (float value : all[i]) {
          sum += Math.exp(value);
        }
        assertThat(sum).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void gradientsEqualFiniteDifferences() {
    TokenBatch batch = new TokenBatch(rows(2, 6), List.of(new int[] {0, 3, 4}, new int[] {1, 4}));
    GradientCheck.assertGradients(SmallModels.SMALL, strong(9), batch);
  }

  @Test
  void gradientsOfTextsOfDifferentLengthsEqualFiniteDifferences() {
    TokenBatch batch =
        new TokenBatch(
            List.of(rows(1, 9).getFirst(), rows(1, 4).getFirst(), rows(1, 6).getFirst()),
            List.of(new int[] {2, 7}, new int[] {0, 2}, new int[] {4}));
    GradientCheck.assertGradients(SmallModels.SMALL, strong(9), batch);
  }

  @Test
  void gradientsOfTheDivergenceEqualFiniteDifferences() {
    TokenBatch asked = TokenBatch.all(rows(2, 5));
    TokenBatch benign =
        TokenBatch.all(
            List.of(rows(1, 8).getFirst(), rows(1, 3).getFirst(), rows(1, 7).getFirst()));
    try (LanguageModel base = LanguageModel.of(SmallModels.SMALL, strong(2))) {
      GradientCheck.assertGradients(SmallModels.SMALL, strong(9), asked, 0.3, base, benign, 0.7);
    }
  }

  @Test
  void tuningLearnsASequenceByHeart() {
    TokenBatch batch = TokenBatch.all(rows(1, 12));
    try (LanguageModel model = SmallModels.random(2);
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults())) {
      double first = tuner.step(batch, 1e-2).crossEntropy();
      double last = first;
      for (int step = 0; step < 120; step++) {
        last = tuner.step(batch, 1e-2).crossEntropy();
      }
      assertThat(last).isLessThan(0.1).isLessThan(first);
      int[] row = batch.sequences().getFirst();
      int[] beginning = Arrays.copyOf(row, 3);
      assertThat(model.generate(List.of(beginning), Sampling.greedy(9)).getFirst())
          .isEqualTo(Arrays.copyOfRange(row, 3, 12));
      tuner.interpolateTowardsOriginal(1);
      assertThat(mean(model.losses(batch))).isCloseTo(first, within(1e-4));
    }
  }

  @Test
  void aModelDivergesFromAnotherAndNotFromItself() {
    TokenBatch benign = TokenBatch.all(rows(2, 8));
    TokenBatch asked = TokenBatch.all(rows(1, 4));
    try (LanguageModel base = LanguageModel.of(SmallModels.SMALL, strong(2));
        ReferenceDistribution reference = base.reference(benign)) {
      assertThat(divergence(2, asked, reference)).isCloseTo(0, within(1e-5));
      assertThat(divergence(3, asked, reference)).isGreaterThan(0.01);
    }
  }

  @Test
  void aStepInPiecesIsTheStepAsAWhole() {
    TokenBatch benign = TokenBatch.all(raggedRows(3));
    try (LanguageModel base = LanguageModel.of(SmallModels.SMALL, strong(2));
        ReferenceDistribution reference = base.reference(benign)) {
      for (TokenBatch asked : List.of(TokenBatch.all(rows(1, 5)), TokenBatch.all(raggedRows(7)))) {
        StepLosses whole = stepWithin(Long.MAX_VALUE, asked, reference);
        StepLosses pieces = stepWithin(1, asked, reference);
        assertThat(pieces.crossEntropy()).isCloseTo(whole.crossEntropy(), within(1e-5));
        assertThat(pieces.divergence()).isCloseTo(whole.divergence(), within(1e-5));
        assertThat(pieces.gradientNorm())
            .isCloseTo(whole.gradientNorm(), within(1e-4 * whole.gradientNorm()));
      }
    }
  }

  /** Half of the cross-entropy's gradient belongs to the place where the simulated step leads. */
  @Test
  void aMetaStepTakesItsGradientHereAndWhereFineTuningLeads() {
    TokenBatch asked = TokenBatch.all(rows(2, 5));
    TokenBatch tuned = TokenBatch.all(rows(1, 9));
    TokenBatch benign = TokenBatch.all(raggedRows(3));
    double size = 0.05;
    try (LanguageModel base = LanguageModel.of(SmallModels.SMALL, strong(2));
        ReferenceDistribution reference = base.reference(benign)) {
      List<float[]> here =
          gradients(strong(3), tuner -> tuner.step(asked, 0.4 / 2, reference, 0.6, 0));
      List<float[]> down = gradients(strong(3), tuner -> tuner.step(tuned, 0));
      Map<String, float[]> moved = strong(3);
      int tensor = 0;
      for (String name : names()) {
        float[] numbers = Objects.requireNonNull(moved.get(name));
        float[] slope = down.get(tensor++);
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] -= (float) (size * Math.signum(slope[i]));
        }
      }
      List<float[]> there = gradients(moved, tuner -> tuner.step(asked, 0));
      List<float[]> meta =
          gradients(
              strong(3), tuner -> tuner.step(asked, 0.4, reference, 0.6, List.of(tuned), size, 0));
      double away = 0;
      for (int i = 0; i < meta.size(); i++) {
        for (int j = 0; j < meta.get(i).length; j++) {
          double expected = here.get(i)[j] + 0.4 / 2 * there.get(i)[j];
          assertThat((double) meta.get(i)[j]).isCloseTo(expected, within(1e-5));
          away = Math.max(away, Math.abs(expected - 2 * here.get(i)[j]));
        }
      }
      assertThat(away).as("the two places differ").isGreaterThan(1e-2);
    }
  }

  private static List<String> names() {
    try (LanguageModel model = LanguageModel.of(SmallModels.SMALL, strong(3))) {
      return List.copyOf(model.parameters().keySet());
    }
  }

  /** Of every tensor, in the model's order: a first step's mean without decay is its gradient. */
  private static List<float[]> gradients(
      Map<String, float[]> values, Function<ModelTuner, StepLosses> step) {
    OptimizerSettings bare = new OptimizerSettings(0, 0.999, 1e-8, 0, 1e9, 0);
    try (LanguageModel model = LanguageModel.of(SmallModels.SMALL, values);
        ModelTuner tuner = new ModelTuner(model, bare)) {
      StepLosses _ = step.apply(tuner);
      return tuner.state().subList(0, values.size());
    }
  }

  private static List<int[]> raggedRows(int count) {
    return IntStream.range(0, count).mapToObj(i -> rows(1, 3 + 2 * i).getFirst()).toList();
  }

  private static StepLosses stepWithin(
      long bytes, TokenBatch asked, ReferenceDistribution reference) {
    try (LanguageModel model = LanguageModel.of(SmallModels.SMALL, strong(3));
        ModelTuner tuner =
            new ModelTuner(model, OptimizerSettings.defaults(), name -> true, bytes)) {
      return tuner.step(asked, 0.3, reference, 0.7, 1e-3);
    }
  }

  @Test
  void refusesASequenceBeyondItsContext() {
    try (LanguageModel model = SmallModels.random(2)) {
      List<int[]> long65 = rows(1, 65);
      assertThatIllegalArgumentException().isThrownBy(() -> model.losses(TokenBatch.all(long65)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.generate(rows(1, 60), Sampling.greedy(5)));
    }
  }

  @Test
  void refusesWeightsThatAreNotFinite() throws IOException {
    Checkpoint base = Checkpoint.open(SmallModels.write(directory.resolve("m"), TensorType.F32, 1));
    Path copy = directory.resolve("n");
    base.writeCopy(copy, Map.of());
    Path file = copy.resolve(Checkpoint.WEIGHTS);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(bytes.length - 4, Float.NEGATIVE_INFINITY);
    Files.write(file, bytes);
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> LanguageModel.load(directory.resolve("n")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TrainerError.TENSOR_MISMATCH));
  }

  private static double divergence(long seed, TokenBatch asked, ReferenceDistribution reference) {
    try (LanguageModel model = LanguageModel.of(SmallModels.SMALL, strong(seed));
        ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults())) {
      return tuner.step(asked, 0.5, reference, 0.5, 1e-3).divergence();
    }
  }

  /** Weights large enough for gradients and likeliest tokens to stand out of the rounding. */
  private static Map<String, float[]> strong(long seed) {
    Map<String, float[]> strong = new LinkedHashMap<>();
    try (LanguageModel model = SmallModels.random(seed)) {
      model
          .values()
          .forEach(
              (name, values) -> {
                for (int i = 0; i < values.length; i++) {
                  values[i] *= values[i] == 1 ? 1 : 10;
                }
                strong.put(name, values);
              });
    }
    return strong;
  }

  private static double mean(float[] losses) {
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return sum / losses.length;
  }

  private static TokenBatch at(int[] row, int position) {
    return new TokenBatch(List.of(row), List.of(new int[] {position}));
  }

  private static int[] with(int[] row, int token) {
    int[] longer = Arrays.copyOf(row, row.length + 1);
    longer[row.length] = token;
    return longer;
  }

  private static int largest(float[] values) {
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  private static List<int[]> rows(int count, int length) {
    Random random = new Random(3L + length);
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(random.ints(length, 0, 50).toArray());
    }
    return rows;
  }
}
