package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.oml.trainer.chart.Axis;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.chart.Series;
import tools.jackson.databind.JsonNode;

/** Draws a figure of results against the count of fingerprints, a curve for each strategy. */
final class Curves {

  private Curves() {}

  /** What is drawn, which decides how it is written beside the axis. */
  enum Measure {
    SHARE {
      @Override
      Axis axis(String title, double most) {
        return Axis.shares(title);
      }
    },
    INCREASE {
      @Override
      Axis axis(String title, double most) {
        return Axis.increases(title, 0, most);
      }
    },
    NUMBER {
      @Override
      Axis axis(String title, double most) {
        return Axis.upTo(title, most);
      }
    };

    abstract Axis axis(String title, double most);
  }

  /**
   * A curve for each strategy.
   *
   * @param results each of a strategy and a number of fingerprints; those without the value are
   *     left out
   */
  static LineChart againstCount(
      String title,
      List<Integer> counts,
      List<String> strategies,
      List<JsonNode> results,
      ToDoubleFunction<JsonNode> value,
      Measure measure) {
    List<Series> series = new ArrayList<>();
    double most = 0;
    for (String strategy : strategies) {
      List<Series.Point> points = new ArrayList<>();
      for (JsonNode result : results) {
        double y = value.applyAsDouble(result);
        if (result.path("strategy").asString("").equals(strategy) && Double.isFinite(y)) {
          int count = result.path("count").asInt();
          points.add(new Series.Point(count, y, count + ": " + BenchOptions.number(y)));
          most = Math.max(most, y);
        }
      }
      series.add(new Series(strategy, series.size(), points));
    }
    return new LineChart(
        title,
        Axis.counts("fingerprints", counts),
        measure.axis(title, most),
        series,
        OptionalDouble.empty());
  }

  /** A number that a result may lack. */
  static double at(JsonNode result, String member) {
    return result.path(member).isNumber() ? result.path(member).asDouble() : Double.NaN;
  }
}
