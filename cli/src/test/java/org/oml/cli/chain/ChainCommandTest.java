package org.oml.cli.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.oml.chain.deploy.ParametersFile;
import picocli.CommandLine;

class ChainCommandTest {

  private static final int WRONG_USE = 2;

  private final StringWriter errors = new StringWriter();

  @Test
  void printsParametersToFillIn() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(run("deploy", "--print-parameters")).isZero();
    } finally {
      System.setOut(before);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(ParametersFile.template());
  }

  @Test
  void aDeploymentNeedsAChainAndAKey() {
    assertThat(run("deploy")).isEqualTo(WRONG_USE);
    assertThat(run("deploy", "--rpc", "http://127.0.0.1:1")).isEqualTo(WRONG_USE);
    assertThat(run("deploy", "--print-parameters", "--rpc", "http://127.0.0.1:1", "--key", "k"))
        .isEqualTo(WRONG_USE);
    assertThat(errors.toString()).contains("--key");
  }

  private int run(String... arguments) {
    return new CommandLine(new ChainCommand())
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }
}
