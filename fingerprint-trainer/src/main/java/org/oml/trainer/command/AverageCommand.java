package org.oml.trainer.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.oml.trainer.checkpoint.Checkpoint;
import org.oml.trainer.checkpoint.TensorLayout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Averages the weights of models of one shape, as a coalition of hosts might. */
@Command(
    name = "average",
    mixinStandardHelpOptions = true,
    description = "Average the weights of several models of one shape")
final class AverageCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "one of two or more models")
  private List<Path> models = List.of();

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "new directory")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    if (models.size() < 2) {
      throw new ParameterException(spec.commandLine(), "there are two or more --model");
    }
    List<Checkpoint> all = models.stream().map(Checkpoint::open).toList();
    Map<String, float[]> means = new LinkedHashMap<>();
    for (TensorLayout tensor : all.getFirst().tensors().tensors()) {
      means.put(tensor.name(), mean(all, tensor.name()));
    }
    all.getFirst().writeCopy(out, means);
    spec.commandLine().getErr().println("Written: " + out);
    return 0;
  }

  private float[] mean(List<Checkpoint> all, String name) {
    double[] sums = new double[all.getFirst().tensors().values(name).length];
    for (Checkpoint one : all) {
      float[] values = one.tensors().values(name);
      if (values.length != sums.length) {
        throw new ParameterException(
            spec.commandLine(), "the models differ in the shape of " + name);
      }
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      mean[i] = (float) (sums[i] / all.size());
    }
    return mean;
  }
}
