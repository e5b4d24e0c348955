package org.oml.trainer.chart;

import java.util.List;

/**
 * Charts in rows under one legend, as one SVG file that stands by itself.
 *
 * @param title read out to whoever does not see the charts
 * @param rows each with as many charts as the first, all with the same curves
 */
public record ChartGrid(String title, List<List<LineChart>> rows) {

  private static final int HEAD = 26;
  private static final int GAP = 12;

  public ChartGrid {
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** The file. */
  public String document() {
    List<Series> curves = rows.getFirst().getFirst().series();
    int across = LineChart.WIDTH + GAP;
    int down = LineChart.HEIGHT + HEAD + GAP;
    StringBuilder body = new StringBuilder();
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < rows.get(row).size(); column++) {
        LineChart chart = rows.get(row).get(column);
        body.append(
            "<g transform=\"translate(%d %d)\"><text class=\"head\" x=\"%d\" y=\"-8\">%s</text>%s</g>"
                .formatted(
                    column * across,
                    row * down + HEAD,
                    LineChart.LEFT,
                    LineChart.escaped(chart.title()),
                    chart.body()));
      }
    }
    int legend = rows.size() * down;
    body.append(LineChart.legend(curves, legend));
    return LineChart.document(
        title,
        rows.getFirst().size() * across,
        legend + LineChart.legendHeight(curves),
        body.toString());
  }
}
