package org.oml.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.ParameterLayout;
import org.oml.trainer.checkpoint.TensorLayout;
import org.oml.trainer.checkpoint.TensorType;
import picocli.CommandLine;

class AverageCommandTest {

  private static final int FAILED = 3;

  @TempDir Path directory;

  private final StringWriter said = new StringWriter();

  @Test
  void everyNumberIsTheMeanOfTheModelsNumbers() {
    Path first = SmallModels.write(directory.resolve("first"), TensorType.F32, 1);
    Path second = SmallModels.write(directory.resolve("second"), TensorType.F32, 2);
    Path out = directory.resolve("mean");

    assertThat(run("--model", first, "--model", second, "--out", out)).isZero();

    Checkpoint a = Checkpoint.open(first);
    Checkpoint b = Checkpoint.open(second);
    Checkpoint mean = Checkpoint.open(out);
    for (TensorLayout tensor : mean.tensors().tensors()) {
      float[] values = mean.tensors().values(tensor.name());
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i])
            .isCloseTo(
                (a.tensors().values(tensor.name())[i] + b.tensors().values(tensor.name())[i]) / 2,
                within(1e-6f));
      }
    }
  }

  @Test
  void oneModelAloneHasNoMean() {
    Path first = SmallModels.write(directory.resolve("first"), TensorType.F32, 1);
    assertThat(run("--model", first, "--out", directory.resolve("mean"))).isEqualTo(2);
  }

  @Test
  void weightsThatAreNotFiniteHaveNoMean() {
    Path first = SmallModels.write(directory.resolve("first"), TensorType.F32, 1);
    Path second = SmallModels.write(directory.resolve("second"), TensorType.F32, 2);
    SmallModels.damage(second, ParameterLayout.FINAL_NORM, Float.POSITIVE_INFINITY);
    Path out = directory.resolve("means/mean");

    assertThat(run("--model", first, "--model", second, "--out", out)).isEqualTo(FAILED);
    assertThat(said.toString()).contains("model.norm.weight holds a number that is not finite");
    assertThat(out.getParent()).doesNotExist();
  }

  private int run(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    return new CommandLine(new AverageCommand())
        .setErr(new PrintWriter(said))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              said.append(failure.getMessage());
              return FAILED;
            })
        .execute(texts);
  }
}
