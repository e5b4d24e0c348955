package org.oml.trainer.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.oml.protocol.tracing.PirateModel;
import org.oml.protocol.tracing.simulation.Campaign;
import org.oml.protocol.tracing.simulation.Strategy;
import org.oml.trainer.chart.Axis;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.chart.Series;

/** Draws how many coalitions are named against the number of fingerprints. */
final class DetectionPlot {

  private static final List<Integer> FINGERPRINTS = List.of(16, 24, 32, 48, 64, 96, 128, 192, 256);

  private static final List<Integer> TICKS = List.of(16, 32, 64, 128, 256);

  private static final List<Strategy> DRAWN =
      List.of(Strategy.MAJORITY, Strategy.REFUSE_IF_DIFFERENT, Strategy.BEST_RESPONSE);

  private DetectionPlot() {}

  /** The code beside argmax, each against its own best response. */
  static LineChart of(Campaign code, Campaign argmax, int size) {
    List<Series> series = new ArrayList<>();
    for (Strategy strategy : DRAWN) {
      series.add(series("code, " + strategy.words(), series.size(), code, strategy, size));
      series.add(series("argmax, " + strategy.words(), series.size(), argmax, strategy, size));
    }
    return new LineChart(
        "Coalitions of " + size + " of which one or more are named, by the number of fingerprints",
        Axis.counts("fingerprints", TICKS),
        Axis.shares("named"),
        series,
        OptionalDouble.empty());
  }

  private static Series series(
      String name, int place, Campaign campaign, Strategy strategy, int size) {
    List<Series.Point> points = new ArrayList<>();
    for (int fingerprints : FINGERPRINTS) {
      PirateModel pirate = campaign.pirate(strategy, size, fingerprints);
      double detection = campaign.rates(pirate, fingerprints).detection();
      points.add(
          new Series.Point(
              fingerprints,
              detection,
              String.format(Locale.ROOT, "%s, %d: %.1f%%", name, fingerprints, 100 * detection)));
    }
    return new Series(name, place, points);
  }
}
