package org.oml.trainer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class LineChartTest {

  private static final LineChart CHART =
      new LineChart(
          "a < b & \"c\"",
          Axis.increases("rise", -0.01, 2),
          Axis.shares("success"),
          List.of(
              new Series(
                  "one", 0, List.of(new Series.Point(0, 1, "<>"), new Series.Point(2, 0, ""))),
              new Series("two", 1, List.of())),
          OptionalDouble.of(0.05));

  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void aDocumentIsWellFormedAndNamesEveryCurve() throws Exception {
    Document document = parsed(CHART.document());
    assertThat(document.getDocumentElement().getAttribute("aria-label")).isEqualTo("a < b & \"c\"");
    assertThat(document.getDocumentElement().getTextContent()).contains("one", "two", "+3%");
    assertThat(parsed(CHART.element()).getElementsByTagName("circle").getLength()).isEqualTo(2);
  }

  @Test
  void valuesStandWhereTheirAxisHasThem() {
    Axis counts = Axis.counts("n", List.of(64, 128, 256));
    double step = counts.place(128) - counts.place(64);
    assertThat(counts.place(256) - counts.place(128)).isCloseTo(step, within(1e-9));
    assertThat(Axis.shares("").place(0.25)).isEqualTo(0.25);
    assertThat(Axis.shares("").place(7)).isEqualTo(1);
    Axis rises = Axis.increases("", 0, 1);
    assertThat(rises.place(0.01)).isBetween(rises.place(0), rises.place(0.03));
  }

  @Test
  void smallRisesOfTheLossAreDrawnEvenly() {
    Axis rises = Axis.increases("", 0, 0.03);
    assertThat(rises.place(0.02)).isCloseTo(2 * rises.place(0.01), within(1e-9));
    assertThat(rises.ticks()).extracting(Axis.Tick::text).startsWith("0", "+1%", "+2%", "+3%");
  }
}
