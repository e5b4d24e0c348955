package org.oml.trainer.tracing;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.oml.trainer.fingerprint.FingerprintFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the fingerprints of one instance of a code, for {@code embed} and {@code check}. */
@Command(
    name = "instance",
    mixinStandardHelpOptions = true,
    description = "Write one instance's fingerprints of a tracing code, for embed")
public final class InstanceCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(names = "--code", required = true, paramLabel = "FILE", description = "from code")
  private Path code = Path.of("");

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "the instance")
  private String name = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "new file for the secrets")
  private Path out = Path.of("");

  /** For picocli. */
  public InstanceCommand() {}

  @Override
  public Integer call() {
    FingerprintFile.write(out, ModelCodeFile.read(code).of(name));
    spec.commandLine().getErr().println("Written: " + out + "; keep the file secret.");
    return 0;
  }
}
