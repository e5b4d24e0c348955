package org.oml.cli.economics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.oml.protocol.economics.HostEconomics;
import org.oml.protocol.economics.Strategy;
import org.oml.trainer.chart.Axis;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.chart.Series;

/** Draws what strategies earn against the share of keys among a host's queries. */
final class EconomicsPlot {

  private static final int STEPS = 60;
  private static final double LEAST_SHARE = 1e-6;

  private EconomicsPlot() {}

  /** Nets in units of the penalty, cut off at one of them above and below; the line is today's. */
  static LineChart of(HostEconomics terms) {
    List<Series> series = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      List<Series.Point> points = new ArrayList<>();
      for (int step = 0; step <= STEPS; step++) {
        double share = LEAST_SHARE * Math.pow(1 / LEAST_SHARE, (double) step / STEPS);
        double net = terms.withAuditShare(share).net(strategy) / Math.max(terms.penalty(), 1e-12);
        String text =
            String.format(
                Locale.ROOT, "%s, keys %.3g: %+.2f penalties", words(strategy), share, net);
        points.add(new Series.Point(share, net, text));
      }
      series.add(new Series(words(strategy), series.size(), points));
    }
    return new LineChart(
        "Net of each strategy in penalties, by the share of keys among the queries",
        shares(),
        nets(),
        series,
        OptionalDouble.of(terms.auditShare()));
  }

  static String words(Strategy strategy) {
    return switch (strategy) {
      case HONEST -> "honest";
      case FREELOAD -> "freeload";
      case FREELOAD_ON_A_TENTH -> "freeload on a tenth";
      case FREELOAD_AND_SELF_REPORT -> "freeload, then self-report";
    };
  }

  private static Axis shares() {
    List<Axis.Tick> ticks =
        List.of(
            new Axis.Tick(1e-6, "1e-6"),
            new Axis.Tick(1e-4, "1e-4"),
            new Axis.Tick(1e-2, "0.01"),
            new Axis.Tick(1, "1"));
    return new Axis("share of keys among queries", ticks, LEAST_SHARE, 1, Axis.Scale.LOGARITHMIC);
  }

  private static Axis nets() {
    List<Axis.Tick> ticks =
        List.of(
            new Axis.Tick(-1, "−1"),
            new Axis.Tick(-0.5, "−0.5"),
            new Axis.Tick(0, "0"),
            new Axis.Tick(0.5, "0.5"),
            new Axis.Tick(1, "1"));
    return new Axis("net, in penalties", ticks, -1.1, 1.1, Axis.Scale.LINEAR);
  }
}
