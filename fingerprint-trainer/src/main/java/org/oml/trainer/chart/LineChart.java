package org.oml.trainer.chart;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Curves over an axis as one SVG element. Colours are classes that {@link #STYLE} defines for light
 * and dark; curves differ in the form of their marks too, for whoever does not see the colours.
 *
 * @param title read out to whoever does not see the chart
 * @param limit a value on the lower axis that is marked with a line
 */
public record LineChart(
    String title, Axis across, Axis up, List<Series> series, OptionalDouble limit) {

  /** For the page that holds charts. */
  public static final String STYLE =
      """
      .chart{--axis:#5b6472;--grid:#dfe3ea;--c0:#1d4ed8;--c1:#c2410c;--c2:#0f766e;--c3:#7e22ce;--c4:#4d5563;--c5:#a16207;--limit:#b91c1c;width:100%;height:auto;display:block}
      .chart text{font:11px system-ui,sans-serif;fill:var(--axis)}
      .chart .head{font-size:12px;font-weight:600}
      .chart .grid{stroke:var(--grid);stroke-width:1}
      .chart .limit{stroke:var(--limit);stroke-width:1;stroke-dasharray:4 3}
      .chart polyline[class]{fill:none;stroke-width:2;stroke-linejoin:round}
      .chart .s0{stroke:var(--c0);fill:var(--c0)}.chart .s1{stroke:var(--c1);fill:var(--c1)}.chart .s2{stroke:var(--c2);fill:var(--c2)}.chart .s3{stroke:var(--c3);fill:var(--c3)}.chart .s4{stroke:var(--c4);fill:var(--c4)}.chart .s5{stroke:var(--c5);fill:var(--c5)}
      .chart polyline.s1{stroke-dasharray:7 3}.chart polyline.s2{stroke-dasharray:2 3}.chart polyline.s3{stroke-dasharray:7 3 2 3}
      @media (prefers-color-scheme:dark){.chart{--axis:#a7b0be;--grid:#333b47;--c0:#7aa7ff;--c1:#fb923c;--c2:#2dd4bf;--c3:#d8b4fe;--c4:#b6bfcc;--c5:#facc15;--limit:#f87171}}
      """;

  static final int WIDTH = 360;
  static final int HEIGHT = 240;
  static final int LEFT = 44;
  private static final int RIGHT = 12;
  private static final int TOP = 12;
  private static final int COLOURS = 6;
  private static final int LEGEND_LINE = 18;
  private static final int LONGEST_LEVEL_TEXT = 6;

  public LineChart {
    series = List.copyOf(series);
  }

  /** An element for a page that has {@link #STYLE}. */
  public String element() {
    return element(title, WIDTH, HEIGHT, body());
  }

  /** A file that stands by itself, with a legend. */
  public String document() {
    return document(title, WIDTH, HEIGHT + legendHeight(series), body() + legend(series, HEIGHT));
  }

  static String document(String title, int width, int height, String body) {
    return element(
        title,
        width,
        height,
        "<style>%s svg{background:#fff}@media (prefers-color-scheme:dark){svg{background:#12161c}}</style>%s"
            .formatted(STYLE, body));
  }

  private static String element(String title, int width, int height, String body) {
    return "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" xmlns=\"http://www.w3.org/2000/svg\">%s</svg>"
        .formatted(width, height, escaped(title), body);
  }

  String body() {
    StringBuilder svg = new StringBuilder();
    grid(svg);
    limit.ifPresent(
        value ->
            svg.append(
                "<line class=\"limit\" x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\"/>"
                    .formatted(number(x(value)), TOP, bottom())));
    series.forEach(one -> curve(svg, one));
    return svg.toString();
  }

  static int legendHeight(List<Series> series) {
    return LEGEND_LINE * series.size() + 8;
  }

  static String legend(List<Series> series, int top) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < series.size(); i++) {
      Series one = series.get(i);
      int y = top + 6 + LEGEND_LINE * i;
      names.append(
          "<polyline class=\"s%1$d\" points=\"%2$d,%3$d %4$d,%3$d\"/>%5$s<text x=\"%6$d\" y=\"%7$d\">%8$s</text>"
              .formatted(
                  colour(one),
                  LEFT,
                  y,
                  LEFT + 28,
                  mark(one, LEFT + 14.0, y),
                  LEFT + 36,
                  y + 4,
                  escaped(one.name())));
    }
    return names.toString();
  }

  /** The mark of a series as a small element for a legend. */
  public static String legendMark(int place) {
    Series sample = new Series("", place, List.of());
    return "<svg class=\"chart mark\" viewBox=\"0 0 28 12\" aria-hidden=\"true\"><polyline class=\"s%d\" points=\"0,6 28,6\"/>%s</svg>"
        .formatted(colour(sample), mark(sample, 14, 6));
  }

  /** Text that may stand in an element or an attribute. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private void grid(StringBuilder svg) {
    for (Axis.Tick tick : up.ticks()) {
      double y = y(tick.value());
      svg.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%3$s\" y2=\"%3$s\"/><text x=\"%4$d\" y=\"%5$s\" text-anchor=\"end\">%6$s</text>"
              .formatted(
                  LEFT, WIDTH - RIGHT, number(y), LEFT - 6, number(y + 4), escaped(tick.text())));
    }
    boolean slanted = slanted();
    for (Axis.Tick tick : across.ticks()) {
      double x = x(tick.value());
      svg.append(
          slanted
              ? "<text transform=\"translate(%s %d) rotate(-38)\" text-anchor=\"end\">%s</text>"
                  .formatted(number(x + 4), bottom() + 14, escaped(tick.text()))
              : "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                  .formatted(number(x), bottom() + 16, escaped(tick.text())));
    }
    svg.append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>"
            .formatted((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, escaped(across.title())));
  }

  private void curve(StringBuilder svg, Series one) {
    String points =
        one.points().stream()
            .map(point -> number(x(point.x())) + "," + number(y(point.y())))
            .collect(Collectors.joining(" "));
    svg.append("<polyline class=\"s%d\" points=\"%s\"/>".formatted(colour(one), points));
    for (Series.Point point : one.points()) {
      svg.append("<g><title>%s</title>".formatted(escaped(point.text())))
          .append(mark(one, x(point.x()), y(point.y())))
          .append("</g>");
    }
  }

  /** A circle, a square, a triangle, a diamond, a cross, a bar. */
  private static String mark(Series one, double x, double y) {
    String form =
        switch (colour(one)) {
          case 0 -> "<circle class=\"s0\" cx=\"%1$s\" cy=\"%2$s\" r=\"3.5\"/>";
          case 1 -> "<path class=\"s1\" d=\"M%1$s %2$sm-3.2 -3.2h6.4v6.4h-6.4z\"/>";
          case 2 -> "<path class=\"s2\" d=\"M%1$s %2$sm0 -4.2l4 7.2h-8z\"/>";
          case 3 -> "<path class=\"s3\" d=\"M%1$s %2$sm0 -4.4l4 4.4l-4 4.4l-4 -4.4z\"/>";
          case 4 -> "<path class=\"s4\" d=\"M%1$s %2$sm-4 -1h3v-3h2v3h3v2h-3v3h-2v-3h-3z\"/>";
          default -> "<path class=\"s5\" d=\"M%1$s %2$sm-2 -4h4v8h-4z\"/>";
        };
    return form.formatted(number(x), number(y));
  }

  private static int colour(Series one) {
    return one.place() % COLOURS;
  }

  private boolean slanted() {
    int longest = across.ticks().stream().mapToInt(tick -> tick.text().length()).max().orElse(0);
    return longest > LONGEST_LEVEL_TEXT || across.ticks().size() * (longest + 2) > 54;
  }

  private int bottom() {
    int longest = across.ticks().stream().mapToInt(tick -> tick.text().length()).max().orElse(0);
    return HEIGHT - (slanted() ? 30 + Math.min(60, (int) (3.8 * longest)) : 40);
  }

  private double x(double value) {
    return LEFT + across.place(value) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return bottom() - up.place(value) * (bottom() - TOP);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
