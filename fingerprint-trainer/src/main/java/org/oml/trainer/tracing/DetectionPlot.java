package org.oml.trainer.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.oml.protocol.tracing.simulation.Campaign;
import org.oml.protocol.tracing.simulation.Rates;
import org.oml.protocol.tracing.simulation.Strategy;
import org.oml.trainer.chart.Axis;
import org.oml.trainer.chart.ChartGrid;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.chart.Series;

/**
 * Draws how many coalitions are named against the number of fingerprints, and in how many leaks an
 * innocent is: a row for each size, the code beside argmax, a curve for each strategy.
 */
final class DetectionPlot {

  private static final List<Integer> FINGERPRINTS = List.of(16, 32, 64, 128, 256, 512);

  /** The largest rate of false accusations that is drawn; higher ones stand at the edge. */
  private static final double MOST_FALSE = 0.02;

  private final List<List<LineChart>> rows = new ArrayList<>();
  private final Campaign code;
  private final Campaign argmax;

  DetectionPlot(Campaign code, Campaign argmax) {
    this.code = code;
    this.argmax = argmax;
  }

  /** Simulates a row, each scheme against its own best response. */
  void add(int size) {
    String copies = size == 1 ? "one copy" : size + " copies";
    List<LineChart> row = new ArrayList<>();
    row.addAll(charts(code, size, "the code, " + copies));
    row.addAll(charts(argmax, size, "argmax, " + copies));
    rows.add(row);
  }

  /** The rows as one file. */
  String document() {
    return new ChartGrid(
            "Leaks of which a guilty instance is named, and of which an innocent one is, by the"
                + " number of fingerprints: the code beside argmax, for each strategy",
            rows)
        .document();
  }

  private static List<LineChart> charts(Campaign campaign, int size, String of) {
    List<Series> named = new ArrayList<>();
    List<Series> innocents = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      List<Rates> rates =
          FINGERPRINTS.stream()
              .map(number -> campaign.rates(campaign.pirate(strategy, size, number), number))
              .toList();
      named.add(series(strategy, named.size(), rates, Rates::detection));
      innocents.add(series(strategy, innocents.size(), rates, Rates::falseAccusation));
    }
    return List.of(
        chart(of + ": named", Axis.shares(""), named),
        chart(of + ": an innocent named", falseAccusations(), innocents));
  }

  private static LineChart chart(String title, Axis up, List<Series> series) {
    return new LineChart(
        title, Axis.counts("fingerprints", FINGERPRINTS), up, series, OptionalDouble.empty());
  }

  private static Axis falseAccusations() {
    List<Axis.Tick> ticks =
        List.of(
            new Axis.Tick(0, "0"),
            new Axis.Tick(0.005, "0.5%"),
            new Axis.Tick(0.01, "1%"),
            new Axis.Tick(MOST_FALSE, "2%"));
    return new Axis("", ticks, 0, MOST_FALSE, Axis.Scale.LINEAR);
  }

  private static Series series(
      Strategy strategy, int place, List<Rates> rates, ToDoubleFunction<Rates> value) {
    List<Series.Point> points = new ArrayList<>();
    for (int i = 0; i < rates.size(); i++) {
      double share = value.applyAsDouble(rates.get(i));
      String text =
          String.format(
              Locale.ROOT, "%s, %d: %.2f%%", strategy.words(), FINGERPRINTS.get(i), 100 * share);
      points.add(new Series.Point(FINGERPRINTS.get(i), share, text));
    }
    return new Series(strategy.words(), place, points);
  }
}
