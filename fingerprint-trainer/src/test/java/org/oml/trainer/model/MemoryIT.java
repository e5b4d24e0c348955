package org.oml.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.oml.trainer.bench.TrainingBench;

/**
 * What a process of its own takes to load a model, train a few steps and save it, native memory
 * included; the same program measures 135M parameters by hand.
 */
class MemoryIT {

  private static final int PARAMETERS_MB = 58;

  @Test
  void aTrainingTakesAFewTimesTheMemoryOfItsModel() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    System.getProperty("java.class.path"),
                    TrainingBench.class.getName(),
                    "memory",
                    "small"))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    Matcher peak = Pattern.compile("saved; peak ([\\d,]+) MB").matcher(said);
    assertThat(peak.find()).as(said).isTrue();
    // Libraries and logits take half of it; ten copies of the model would not fit beside them.
    assertThat(Integer.parseInt(peak.group(1).replace(",", "")))
        .as(said)
        .isLessThan(1000 + 10 * PARAMETERS_MB);
  }
}
