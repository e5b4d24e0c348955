package org.oml.trainer.attack;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.model.LowRankTuner;
import org.oml.trainer.model.ModelTuner;
import org.oml.trainer.model.OptimizerSettings;
import org.oml.trainer.model.TokenBatch;

/**
 * Trains on the attacker's own instructions, as whoever adapts a model does, with the loss on the
 * answers alone. The learning rate warms up over a twentieth of the steps and falls to zero as a
 * cosine does; each epoch's end is measured on the way.
 */
final class FineTuning implements Attack {

  /** Tokens of a packed sequence. */
  private static final int LENGTH = 512;

  private static final double WARM_UP = 0.05;

  /** One gradient step. */
  interface Tuner extends AutoCloseable {
    void step(TokenBatch batch, double learningRate);

    @Override
    void close();
  }

  /** Begins the training of a model. */
  @FunctionalInterface
  interface Method {
    Tuner of(LanguageModel model);
  }

  private final String name;
  private final String description;
  private final Method method;
  private final List<Double> rates;
  private final InstructionRows rows;
  private final AttackSettings settings;

  private FineTuning(
      String name,
      String description,
      Method method,
      List<Double> rates,
      InstructionRows rows,
      AttackSettings settings) {
    this.name = name;
    this.description = description;
    this.method = method;
    this.rates = rates;
    this.rows = rows;
    this.settings = settings;
  }

  /** Full fine-tuning and low-rank adaptation. */
  static List<Attack> all(AttackSettings settings) {
    List<Attack> attacks = new ArrayList<>();
    settings
        .rows()
        .ifPresent(
            rows -> {
              attacks.add(
                  new FineTuning(
                      "fine-tuning",
                      "Trains all weights on instructions; the strength is learning rate and epochs.",
                      FineTuning::full,
                      settings.learningRates(),
                      rows,
                      settings));
              attacks.add(
                  new FineTuning(
                      "lora",
                      "Trains low-rank changes of the attention and feed-forward matrices on"
                          + " instructions.",
                      model -> lowRank(model, settings),
                      List.of(settings.boldest()),
                      rows,
                      settings));
            });
    return attacks;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Price price() {
    return Price.OTHER_PURPOSE;
  }

  @Override
  public List<String> strengths() {
    return rates.stream()
        .flatMap(
            rate ->
                IntStream.rangeClosed(1, settings.epochs()).mapToObj(epoch -> label(rate, epoch)))
        .toList();
  }

  @Override
  public void run(Target target, Set<String> wanted, Listener listener) {
    int length = Math.min(LENGTH, target.model().configuration().contextLength());
    int end = target.model().configuration().endToken();
    PackedRows training =
        PackedRows.of(rows.training(), target.tokenizer(), target.vocabulary(), length, end);
    PackedRows heldOut =
        PackedRows.of(rows.heldOut(), target.tokenizer(), target.vocabulary(), length, end);
    for (double rate : rates) {
      int last =
          IntStream.rangeClosed(1, settings.epochs())
              .filter(epoch -> wanted.contains(label(rate, epoch)))
              .max()
              .orElse(0);
      if (last > 0) {
        train(target, training, heldOut, rate, last, wanted, listener);
      }
    }
  }

  private void train(
      Target target,
      PackedRows training,
      PackedRows heldOut,
      double rate,
      int lastEpoch,
      Set<String> wanted,
      Listener listener) {
    double before = loss(target.model(), heldOut);
    try (LanguageModel model = target.modelOf(target.weights());
        Tuner tuner = method.of(model)) {
      Random random = new Random(settings.seed());
      int stepsInAnEpoch = (training.size() + settings.batch() - 1) / settings.batch();
      int steps = settings.epochs() * stepsInAnEpoch;
      int step = 0;
      for (int epoch = 1; epoch <= lastEpoch; epoch++) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, training.size()).boxed().toList());
        Collections.shuffle(order, random);
        for (int from = 0; from < order.size(); from += settings.batch()) {
          int to = Math.min(order.size(), from + settings.batch());
          tuner.step(training.batch(order.subList(from, to)), rate * schedule(step, steps));
          step++;
          listener.underWay(label(rate, epoch), step, stepsInAnEpoch * lastEpoch);
        }
        if (wanted.contains(label(rate, epoch))) {
          Measurement measurement =
              target
                  .measure(model)
                  .with("taskLossBefore", before)
                  .with("taskLoss", loss(model, heldOut));
          listener.measured(label(rate, epoch), measurement);
        }
      }
    }
  }

  /** Warm-up and cosine, from 0 to 1. */
  static double schedule(int step, int steps) {
    double warm = Math.max(1, WARM_UP * steps);
    double done = (step + 0.5 - warm) / Math.max(1, steps - warm);
    return step < warm ? (step + 1) / (warm + 1) : 0.5 * (1 + Math.cos(Math.PI * done));
  }

  private static double loss(LanguageModel model, PackedRows rows) {
    double sum = 0;
    long count = 0;
    for (List<Integer> part : Target.parts(IntStream.range(0, rows.size()).boxed().toList(), 8)) {
      for (float loss : model.losses(rows.batch(part))) {
        sum += loss;
        count++;
      }
    }
    return sum / count;
  }

  private static String label(double rate, int epoch) {
    return "%s, %d %s".formatted(rate(rate), epoch, epoch == 1 ? "epoch" : "epochs");
  }

  /** All digits of it, or two rates might have one label. */
  static String rate(double rate) {
    BigDecimal exact = new BigDecimal(Double.toString(rate)).stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    return exact.movePointLeft(exponent).toPlainString() + "e" + exponent;
  }

  private static Tuner full(LanguageModel model) {
    ModelTuner tuner = new ModelTuner(model, OptimizerSettings.defaults());
    return new Tuner() {
      @Override
      public void step(TokenBatch batch, double learningRate) {
        var _ = tuner.step(batch, learningRate);
      }

      @Override
      public void close() {
        tuner.close();
      }
    };
  }

  private static Tuner lowRank(LanguageModel model, AttackSettings settings) {
    int rank = settings.rank();
    LowRankTuner tuner =
        new LowRankTuner(model, rank, 2.0 * rank, OptimizerSettings.defaults(), settings.seed());
    return new Tuner() {
      @Override
      public void step(TokenBatch batch, double learningRate) {
        var _ = tuner.step(batch, learningRate);
      }

      @Override
      public void close() {
        tuner.close();
      }
    };
  }
}
