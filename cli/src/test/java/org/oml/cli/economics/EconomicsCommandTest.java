package org.oml.cli.economics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class EconomicsCommandTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void saysThatHonestyPaysWhereTheStakeIsLargeEnough() {
    assertThat(run("--audit-share", "0.01", "--rate", "0.1")).isZero();
    assertThat(text()).contains("freeload, then self-report", "no").doesNotContain("YES");
  }

  @Test
  void saysThatFreeloadingPaysAndWhatWouldStopIt(@TempDir Path directory) throws Exception {
    Path plot = directory.resolve("plot.svg");
    assertThat(
            run("--audit-share", "0.000001", "--rate", "0.1", "--plot", plot.toString(), "--json"))
        .isEqualTo(1);
    JsonNode said = new ObjectMapper().readTree(text());
    assertThat(said.required("honestyPays").asBoolean()).isFalse();
    assertThat(said.required("net").required("FREELOAD").asDouble()).isPositive();
    assertThat(said.required("advisedPenalty").asDouble()).isGreaterThan(2_000);
    assertThat(said.required("breakEvenAuditShare").asDouble()).isBetween(0.000001, 0.01);
    assertThat(Files.readString(plot)).startsWith("<svg").contains("honest", "self-report");
  }

  private int run(String... further) {
    List<String> arguments = new ArrayList<>(List.of("--price", "0.001", "--penalty", "100"));
    arguments.addAll(List.of(further));
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      return new CommandLine(new EconomicsCommand()).execute(arguments.toArray(String[]::new));
    } finally {
      System.setOut(before);
    }
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
