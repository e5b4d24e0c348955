package org.oml.trainer.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Keccak;
import org.oml.trainer.SmallModels;
import picocli.CommandLine;

class CodeCommandTest {

  private static final String SECRET = Keccak.of("a registry's secret").toString();
  private static final String INSTANCE = Keccak.of("an instance").toString();

  @TempDir Path directory;

  @Test
  void aRegistrysSecretRepeatsItsCodeForItsInstances() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), SECRET + "\n");
    Path first = directory.resolve("first.json");
    Path second = directory.resolve("second.json");

    assertThat(run("--secret-file", secret, "--instance", INSTANCE, "--out", first)).isZero();
    assertThat(run("--secret-file", secret, "--instance", INSTANCE, "--out", second)).isZero();

    ModelCode code = ModelCodeFile.read(first);
    assertThat(ModelCodeFile.read(second)).isEqualTo(code);
    assertThat(code.code().secret()).hasToString(SECRET);
    assertThat(code.instances()).containsExactly(INSTANCE);
    assertThat(code.of(INSTANCE)).hasSize(2).allMatch(one -> !one.response().isBlank());
  }

  @Test
  void withoutASeedEveryCodeHasASecretOfItsOwn() {
    Path first = directory.resolve("first.json");
    Path second = directory.resolve("second.json");
    assertThat(run("--instances", 3, "--out", first)).isZero();
    assertThat(run("--instances", 3, "--out", second)).isZero();
    assertThat(ModelCodeFile.read(first).code().secret())
        .isNotEqualTo(ModelCodeFile.read(second).code().secret());
    assertThat(ModelCodeFile.read(first).instances()).containsExactly("1", "2", "3");
  }

  @Test
  void codesOfNobodyOrOfOneSymbolAreRefused() {
    assertThat(run("--out", directory.resolve("code"))).isEqualTo(2);
    assertThat(run("--instances", 0, "--out", directory.resolve("code"))).isEqualTo(2);
    assertThat(run("--instances", 2, "--symbols", 1, "--out", directory.resolve("code")))
        .isEqualTo(2);
  }

  private static int run(Object... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "--model";
    all[1] = SmallModels.box().toString();
    all[2] = "--positions";
    all[3] = "2";
    for (int i = 0; i < arguments.length; i++) {
      all[i + 4] = arguments[i].toString();
    }
    return new CommandLine(new CodeCommand())
        .setErr(new PrintWriter(new StringWriter()))
        .execute(all);
  }
}
