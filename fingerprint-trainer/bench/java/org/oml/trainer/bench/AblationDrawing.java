package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.oml.trainer.chart.Axis;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.chart.Series;
import tools.jackson.databind.JsonNode;

/**
 * Success against the loss that it costs, a curve for each way of keeping the model good: through
 * the best of its strengths.
 */
final class AblationDrawing {

  private AblationDrawing() {}

  static String draw(List<JsonNode> results) {
    Map<String, List<Series.Point>> points = new LinkedHashMap<>();
    double least = 0;
    double most = 0;
    for (JsonNode one : results) {
      double loss = Curves.at(one, "lossIncrease");
      least = Math.min(least, loss);
      most = Math.max(most, loss);
      points
          .computeIfAbsent(way(one), way -> new ArrayList<>())
          .add(new Series.Point(loss, Curves.at(one, "success"), text(one)));
    }
    List<Series> series = new ArrayList<>();
    points.forEach(
        (way, all) -> {
          series.add(new Series(way, series.size(), best(all)));
        });
    return new LineChart(
            "success against the rise of the loss",
            Axis.increases("rise of the loss", least, most),
            Axis.shares("success"),
            series,
            OptionalDouble.empty())
        .document();
  }

  /** Those that no other of the same way beats with less loss. */
  private static List<Series.Point> best(List<Series.Point> all) {
    List<Series.Point> best = new ArrayList<>();
    double most = Double.NEGATIVE_INFINITY;
    all.sort(Comparator.comparingDouble(Series.Point::x));
    for (Series.Point point : all) {
      if (point.y() > most) {
        best.add(point);
        most = point.y();
      }
    }
    return best;
  }

  private static String way(JsonNode one) {
    String averaging =
        one.path("eachStep").asDouble() > 0
            ? ", averaged each step"
            : one.path("atEnd").asDouble() > 0 ? ", averaged at the end" : "";
    return one.path("benign").asString() + averaging;
  }

  private static String text(JsonNode one) {
    return "β %s, λ %s each step, %s at the end"
        .formatted(
            one.path("share").asString(),
            one.path("eachStep").asString(),
            one.path("atEnd").asString());
  }
}
