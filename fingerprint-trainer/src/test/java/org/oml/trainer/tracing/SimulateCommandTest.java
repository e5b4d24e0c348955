package org.oml.trainer.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class SimulateCommandTest {

  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter error = new StringWriter();

  @Test
  void whatIsNeededIsSaidForEverySizeAndStrategyBesideArgmax() throws Exception {
    Path plot = directory.resolve("plot.svg");
    int exit =
        run("--hosts", "64", "--coalition", "1,2", "--trials", "40", "--json", "--plot", plot);

    assertThat(exit).isBetween(0, 1);
    JsonNode needs = new ObjectMapper().readTree(out.toString()).path("needs");
    assertThat(needs).hasSize(10);
    boolean all = true;
    for (JsonNode need : needs) {
      assertThat(need.path("code").path("detection").asDouble()).isGreaterThanOrEqualTo(0.95);
      all &= need.path("holds").asBoolean();
    }
    assertThat(exit).isEqualTo(all ? 0 : 1);
    int single = needs.path(0).path("code").path("fingerprints").asInt();
    int two = needs.path(5).path("code").path("fingerprints").asInt();
    assertThat(two).isGreaterThan(single);
    assertThat(needs.path(5).path("argmax").path("fingerprints").asInt()).isGreaterThan(two);
    assertThat(needs.path(5).path("argmaxFitted").path("fingerprints").asInt())
        .isLessThanOrEqualTo(needs.path(5).path("argmax").path("fingerprints").asInt());
    assertThat(Files.readString(plot))
        .contains(
            "<svg",
            "the code, one copy: named",
            "argmax, 2 copies: an innocent named",
            "best response");
    assertThat(error.toString().lines().filter(line -> line.contains("best response"))).hasSize(2);
  }

  @Test
  void aTableIsTheSameForTheSameSeed() {
    run("--hosts", "40", "--coalition", "1", "--trials", "20");
    String first = out.toString();
    out.getBuffer().setLength(0);
    run("--hosts", "40", "--coalition", "1", "--trials", "20");
    assertThat(out).hasToString(first);
    assertThat(first).contains("refuse if different", "majority");
  }

  @Test
  void coalitionsOfEverybodyAreRefused() {
    assertThat(run("--hosts", "3", "--coalition", "3")).isEqualTo(2);
    assertThat(run("--symbols", "1")).isEqualTo(2);
  }

  private int run(Object... arguments) {
    return new CommandLine(new SimulateCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(error, true))
        .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
  }
}
