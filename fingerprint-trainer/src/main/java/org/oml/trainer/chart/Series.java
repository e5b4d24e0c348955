package org.oml.trainer.chart;

import java.util.List;

/**
 * One curve.
 *
 * @param name in the legend
 * @param place among the curves of all charts that belong together, from 0; gives the colour
 * @param points in the order in which they are joined
 */
public record Series(String name, int place, List<Point> points) {

  /**
   * A value.
   *
   * @param text that a pointer resting on it shows
   */
  public record Point(double x, double y, String text) {}

  public Series {
    points = List.copyOf(points);
  }
}
