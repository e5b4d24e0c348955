package org.oml.trainer.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/**
 * Where values stand on one side of a chart.
 *
 * @param title what is measured
 * @param ticks values that are written, ascending, with their texts
 * @param least the value at the axis' beginning
 * @param most the value at its end
 * @param scale how distances grow
 */
public record Axis(String title, List<Tick> ticks, double least, double most, Scale scale) {

  /** A rise of a loss up to which all are drawn evenly. */
  private static final double SMALL = 0.1;

  /** How distances grow with values. */
  public enum Scale {
    /** Evenly. */
    LINEAR,
    /** Each doubling alike. */
    LOGARITHMIC,
    /** Evenly about zero, each doubling alike far from it. */
    AROUND_ZERO;

    double of(double value) {
      return switch (this) {
        case LINEAR -> value;
        case LOGARITHMIC -> Math.log(value);
        case AROUND_ZERO -> {
          double unit = value / 0.01;
          yield Math.log(unit + Math.sqrt(unit * unit + 1));
        }
      };
    }
  }

  /** A value with the text that stands at it. */
  public record Tick(double value, String text) {}

  public Axis {
    ticks = List.copyOf(ticks);
  }

  /** Shares from 0 to 100%. */
  public static Axis shares(String title) {
    List<Tick> ticks =
        IntStream.rangeClosed(0, 4).mapToObj(i -> new Tick(i / 4.0, i * 25 + "%")).toList();
    return new Axis(title, ticks, 0, 1, Scale.LINEAR);
  }

  /** Texts side by side, at 0, 1, 2, … */
  public static Axis categories(String title, List<String> texts) {
    List<Tick> ticks =
        IntStream.range(0, texts.size()).mapToObj(i -> new Tick(i, texts.get(i))).toList();
    return new Axis(title, ticks, -0.3, texts.size() - 0.7, Scale.LINEAR);
  }

  /** Counts that double. */
  public static Axis counts(String title, List<Integer> counts) {
    List<Tick> ticks =
        counts.stream()
            .map(count -> new Tick(count, String.format(Locale.ROOT, "%,d", count)))
            .toList();
    double least = counts.stream().mapToInt(i -> i).min().orElse(1);
    double most = counts.stream().mapToInt(i -> i).max().orElse(2);
    return new Axis(title, ticks, least / 1.2, most * 1.2, Scale.LOGARITHMIC);
  }

  /** Rises of a loss: evenly where all are small, otherwise most of them small and some large. */
  public static Axis increases(String title, double least, double most) {
    if (least >= 0 && most <= SMALL) {
      return evenly(title, most, value -> "+" + shortest(100 * value) + "%");
    }
    List<Tick> ticks = new ArrayList<>();
    double from = Math.min(-0.002, least);
    double to = Math.max(0.06, most);
    for (double value : new double[] {-0.3, -0.1, -0.03, 0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30}) {
      if (value >= from && value <= to * 1.2) {
        String text = value == 0 ? "0" : String.format(Locale.ROOT, "%+.0f%%", 100 * value);
        ticks.add(new Tick(value, text));
      }
    }
    return new Axis(title, ticks, from - 0.002, to * 1.2, Scale.AROUND_ZERO);
  }

  /** From zero to a little above the largest value. */
  public static Axis upTo(String title, double most) {
    return evenly(title, most, Axis::shortest);
  }

  private static Axis evenly(String title, double most, DoubleFunction<String> text) {
    double top = most > 0 ? most * 1.1 : 1;
    double step = Math.pow(10, Math.floor(Math.log10(top)));
    double wide = top / step > 5 ? 2 * step : top / step > 2 ? step : step / 2;
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i * wide <= top; i++) {
      ticks.add(new Tick(i * wide, i == 0 ? "0" : text.apply(i * wide)));
    }
    return new Axis(title, ticks, 0, top, Scale.LINEAR);
  }

  /** How far along the axis a value stands, 0 to 1. */
  double place(double value) {
    double from = scale.of(least);
    return Math.clamp((scale.of(value) - from) / (scale.of(most) - from), 0, 1);
  }

  private static String shortest(double value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
