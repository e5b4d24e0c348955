package org.oml.trainer.attack;

import static org.oml.trainer.chart.LineChart.escaped;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.oml.trainer.chart.Axis;
import org.oml.trainer.chart.LineChart;
import org.oml.trainer.chart.Series;

/** The report as one page that needs nothing from elsewhere and no script. */
final class ReportPage {

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2027;--soft:#5b6472;--line:#dfe3ea;--bad:#b91c1c;--badbg:#fde8e8;--mid:#92400e;--midbg:#fef3c7;--good:#166534;--goodbg:#dcfce7}
      @media (prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2029;--ink:#e8ebf0;--soft:#a7b0be;--line:#333b47;--bad:#fca5a5;--badbg:#4c1d1d;--mid:#fcd34d;--midbg:#42320e;--good:#86efac;--goodbg:#143020}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
      main{max-width:60rem;margin:0 auto;padding:1.25rem 1rem 4rem}
      h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}h2{font-size:1.2rem;margin:0 0 .25rem}
      p{margin:.4rem 0}.soft{color:var(--soft)}
      section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem;margin:1rem 0}
      .wide{overflow-x:auto}
      table{border-collapse:collapse;width:100%;font-size:.875rem}
      caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
      th,td{text-align:right;padding:.35rem .5rem;border-bottom:1px solid var(--line);white-space:nowrap;font-variant-numeric:tabular-nums}
      th:first-child,td:first-child{text-align:left}
      .badge{display:inline-block;border-radius:1rem;padding:.05rem .6rem;font-size:.8rem;font-weight:600;white-space:nowrap}
      .WINS{color:var(--bad);background:var(--badbg)}.WEAKENS{color:var(--mid);background:var(--midbg)}.SURVIVES{color:var(--good);background:var(--goodbg)}.UNKNOWN{color:var(--soft);background:var(--line)}
      section.lost{border-left:.35rem solid var(--bad)}
      .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem;margin:.75rem 0}
      figure{margin:0}figcaption{font-size:.8rem;color:var(--soft)}
      .legend{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;list-style:none;padding:0;margin:.5rem 0}
      .legend li{display:flex;align-items:center;gap:.4rem}.legend svg.mark{width:2rem;height:auto}
      summary{cursor:pointer;color:var(--soft)}
      ul.verdicts{list-style:none;padding:0;margin:.5rem 0}ul.verdicts li{margin:.3rem 0}
      a{color:inherit}
      """;

  private final AttackReport report;
  private final List<String> instances;

  ReportPage(AttackReport report) {
    this.report = report;
    instances = List.copyOf(report.counts().keySet());
  }

  /** The whole page. */
  String html() {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    page.append("<title>What survives: attacks on fingerprints</title>");
    page.append("<style>")
        .append(STYLE)
        .append(LineChart.STYLE)
        .append("</style></head><body><main>");
    page.append(head());
    page.append(summary());
    report.realAttacks().forEach(attack -> page.append(card(attack)));
    return page.append("</main></body></html>\n").toString();
  }

  private String head() {
    StringBuilder html = new StringBuilder("<h1>What survives an attack on the fingerprints</h1>");
    html.append(
        "<p>Base model <b>%s</b>, loss %s nats per token on %s. Success is the share of askings, each key in every form, that the model still answers with the fingerprint. An attack <b>wins</b> when it leaves fewer than 10%% and <b>weakens</b> when it leaves fewer than half, while the loss rises by at most %.0f points over that of the instance itself.</p>"
            .formatted(
                escaped(report.base()),
                number(report.baseLoss(), 3),
                escaped(report.text()),
                100 * Verdict.AFFORDABLE));
    html.append("<section><h2>Instances</h2>").append(legend());
    html.append("<div class=\"wide\"><table><caption>Before any attack</caption>");
    html.append(
        row("th", "Instance", "Fingerprints", "Success", "Margin, nats", "Loss", "KL, nats"));
    for (AttackResult result : report.results()) {
      if (result.attack().equals(Unattacked.NAME)) {
        result
            .measurement()
            .ifPresent(
                found ->
                    html.append(
                        row(
                            "td",
                            result.instance(),
                            String.valueOf(report.counts().get(result.instance())),
                            percent(found.success()),
                            number(found.margin(), 1),
                            signed(found.lossIncrease()),
                            number(found.divergence(), 4))));
      }
    }
    return html.append("</table></div></section>").toString();
  }

  private String legend() {
    return instances.stream()
        .map(
            instance ->
                "<li>"
                    + LineChart.legendMark(instances.indexOf(instance))
                    + escaped(instance)
                    + "</li>")
        .collect(Collectors.joining("", "<ul class=\"legend\" aria-label=\"Legend\">", "</ul>"));
  }

  private String summary() {
    StringBuilder html = new StringBuilder("<section><h2>Verdicts</h2>");
    html.append("<p>").append(escaped(sentence())).append("</p>");
    html.append(
        "<div class=\"wide\"><table><caption>How each attack ends</caption><tr><th"
            + " scope=\"col\">Attack</th>");
    instances.forEach(
        instance -> html.append("<th scope=\"col\">").append(escaped(instance)).append("</th>"));
    html.append("</tr>");
    for (Attack attack : report.realAttacks()) {
      html.append("<tr><th scope=\"row\"><a href=\"#%1$s\">%1$s</a></th>".formatted(attack.name()));
      for (String instance : instances) {
        html.append("<td>").append(badge(report.verdict(instance, attack))).append("</td>");
      }
      html.append("</tr>");
    }
    return html.append("</table></div></section>").toString();
  }

  private String sentence() {
    List<String> parts = new ArrayList<>();
    for (String instance : instances) {
      List<String> lost =
          report.realAttacks().stream()
              .filter(attack -> report.verdict(instance, attack).outcome() == Verdict.Outcome.WINS)
              .map(Attack::name)
              .toList();
      boolean open =
          report.realAttacks().stream()
              .anyMatch(
                  attack -> report.verdict(instance, attack).outcome() == Verdict.Outcome.UNKNOWN);
      parts.add(
          (lost.isEmpty()
                  ? "No attack that was measured wins against " + instance
                  : "Against " + instance + " these attacks win: " + String.join(", ", lost))
              + (open ? "; not all were measured." : "."));
    }
    return String.join(" ", parts);
  }

  private String card(Attack attack) {
    boolean lost =
        instances.stream()
            .anyMatch(
                instance -> report.verdict(instance, attack).outcome() == Verdict.Outcome.WINS);
    StringBuilder html = new StringBuilder();
    html.append(
        "<section id=\"%1$s\"%2$s><h2>%1$s</h2>"
            .formatted(attack.name(), lost ? " class=\"lost\"" : ""));
    html.append("<p class=\"soft\">").append(escaped(attack.description())).append("</p>");
    html.append("<ul class=\"verdicts\">");
    for (String instance : instances) {
      Verdict verdict = report.verdict(instance, attack);
      html.append(
          "<li><b>%s</b> %s %s</li>"
              .formatted(escaped(instance), badge(verdict), escaped(verdict.sentence())));
    }
    html.append("</ul>").append(legend()).append("<div class=\"charts\">");
    html.append(figure(byStrength(attack), "Success by strength."));
    if (attack.price() != Attack.Price.NOTHING) {
      html.append(
          figure(
              againstLoss(attack),
              "Success against the loss on ordinary text over the instance's own; the line is what a"
                  + " model may lose."));
    }
    return html.append("</div>").append(table(attack)).append("</section>").toString();
  }

  private static String figure(LineChart chart, String caption) {
    return "<figure>"
        + chart.element()
        + "<figcaption>"
        + escaped(caption)
        + "</figcaption></figure>";
  }

  private LineChart byStrength(Attack attack) {
    List<String> strengths = attack.strengths();
    List<Series> series = new ArrayList<>();
    for (String instance : instances) {
      List<Series.Point> points = new ArrayList<>();
      for (AttackResult result : report.of(instance, attack)) {
        result
            .measurement()
            .ifPresent(
                found ->
                    points.add(
                        new Series.Point(
                            strengths.indexOf(result.strength()),
                            found.success(),
                            pointText(result, found))));
      }
      series.add(new Series(instance, series.size(), points));
    }
    return new LineChart(
        attack.name() + ": success by strength; the table below has the figures",
        Axis.categories("", strengths),
        Axis.shares("success"),
        series,
        OptionalDouble.empty());
  }

  private LineChart againstLoss(Attack attack) {
    List<Series> series = new ArrayList<>();
    double least = 0;
    double most = Verdict.AFFORDABLE; // its line is to lie on the axis
    for (String instance : instances) {
      List<Series.Point> points = new ArrayList<>();
      for (AttackResult result : report.of(instance, attack)) {
        if (result.measurement().isPresent()) {
          Measurement found = result.measurement().get();
          double beyond = found.lossIncrease() - report.unattacked(instance);
          least = Math.min(least, beyond);
          most = Math.max(most, beyond);
          points.add(new Series.Point(beyond, found.success(), pointText(result, found)));
        }
      }
      series.add(new Series(instance, series.size(), points));
    }
    return new LineChart(
        attack.name()
            + ": success against rise of the loss over the instance's own; the table below has the"
            + " figures",
        Axis.increases("rise of the loss over the instance's", least, most),
        Axis.shares("success"),
        series,
        OptionalDouble.of(Verdict.AFFORDABLE));
  }

  private static String pointText(AttackResult result, Measurement found) {
    return "%s, %s: success %s, loss %s"
        .formatted(
            result.instance(),
            result.strength(),
            percent(found.success()),
            signed(found.lossIncrease()));
  }

  private String table(Attack attack) {
    StringBuilder html =
        new StringBuilder("<details><summary>Figures</summary><div class=\"wide\">");
    html.append("<table><caption>%s</caption>".formatted(escaped(attack.name() + ", by strength")));
    html.append(
        row(
            "th",
            "Strength",
            "Instance",
            "Success",
            "Margin, nats",
            "Loss",
            "KL, nats",
            "Same likeliest token",
            "Besides"));
    for (String strength : attack.strengths()) {
      for (String instance : instances) {
        for (AttackResult result : report.of(instance, attack)) {
          if (result.strength().equals(strength)) {
            html.append(row(result));
          }
        }
      }
    }
    return html.append("</table></div></details>").toString();
  }

  private static String row(AttackResult result) {
    if (result.measurement().isEmpty()) {
      return row(
          "td", result.strength(), result.instance(), "–", "–", "–", "–", "–", result.failure());
    }
    Measurement found = result.measurement().get();
    String also =
        new java.util.TreeMap<>(found.also())
            .entrySet().stream()
                .map(entry -> words(entry.getKey()) + " " + number(entry.getValue(), 3))
                .collect(Collectors.joining(", "));
    return row(
        "td",
        result.strength(),
        result.instance(),
        percent(found.success()),
        number(found.margin(), 1),
        signed(found.lossIncrease()),
        number(found.divergence(), 4),
        percent(found.agreement()),
        also);
  }

  /** {@code taskLossBefore} as task loss before. */
  private static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }

  private static String row(String cell, String... texts) {
    StringBuilder html = new StringBuilder("<tr>");
    for (int i = 0; i < texts.length; i++) {
      boolean head = cell.equals("th") || i == 0;
      String scope = cell.equals("th") ? "col" : "row";
      html.append(head ? "<th scope=\"" + scope + "\">" : "<td>");
      html.append(escaped(texts[i])).append(head ? "</th>" : "</td>");
    }
    return html.append("</tr>").toString();
  }

  private static String badge(Verdict verdict) {
    return "<span class=\"badge %s\">%s</span>"
        .formatted(verdict.outcome().name(), verdict.outcome().word());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static String signed(double share) {
    return Verdict.signed(share, 2);
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
