package org.oml.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.oml.trainer.model.EngineSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class EngineOptionsTest {

  private final EngineSettings before = EngineSettings.current();

  @AfterEach
  void restore() {
    before.use();
  }

  @Test
  void whatIsGivenIsSetAndWhatIsNotStays() {
    assertThat(run(new Verb(), "--device", "GPU:1", "--threads", "2", "--dtype", "BF16")).isEmpty();
    assertThat(EngineSettings.current())
        .isEqualTo(new EngineSettings("gpu:1", 2, EngineSettings.Precision.BF16));
    assertThat(run(new Verb(), "--device", "cpu")).isEmpty();
    assertThat(EngineSettings.current())
        .isEqualTo(new EngineSettings("cpu", 2, EngineSettings.Precision.BF16));
    assertThat(run(new Verb(), "--dtype", "f32")).isEmpty();
    assertThat(EngineSettings.current().precision()).isEqualTo(EngineSettings.Precision.F32);
  }

  @Test
  void whatCannotBeIsWrongUseAndChangesNothing() {
    assertThat(run(new Verb(), "--threads", "2", "--dtype", "f16"))
        .contains("--dtype is f32 or bf16, not f16");
    assertThat(run(new Verb(), "--threads", "2", "--device", "cuda"))
        .contains("a device is cpu, gpu or gpu:N, not cuda");
    assertThat(run(new Verb(), "--threads", "0")).contains("at least one thread");
    assertThat(EngineSettings.current()).isEqualTo(before);
  }

  @Command(name = "verb")
  static final class Verb implements Runnable {
    @Mixin private EngineOptions engine = new EngineOptions();

    @Override
    public void run() {
      engine.apply();
    }
  }

  /** What a command says on stderr: nothing where it is done. */
  private static String run(Object command, String... arguments) {
    StringWriter err = new StringWriter();
    int code = new CommandLine(command).setErr(new PrintWriter(err, true)).execute(arguments);
    assertThat(code).as(err.toString()).isEqualTo(err.toString().isEmpty() ? 0 : 2);
    return err.toString();
  }
}
