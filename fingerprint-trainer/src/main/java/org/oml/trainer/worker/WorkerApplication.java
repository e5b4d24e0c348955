package org.oml.trainer.worker;

import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The worker as a process. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Makes instances: leases training jobs from a registry until it is stopped.")
public final class WorkerApplication implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LONGEST_END = Duration.ofSeconds(20);

  @Option(names = "--registry", required = true, paramLabel = "URL", description = "the registry")
  private URI registry = URI.create("");

  @Option(
      names = "--prover",
      required = true,
      paramLabel = "URL",
      description = "the prover, whose vault gets the secrets")
  private URI prover = URI.create("");

  @Option(
      names = "--keystore",
      required = true,
      paramLabel = "FILE",
      description = "the worker's account")
  private Path keystore = Path.of("");

  @Option(
      names = "--password-file",
      required = true,
      paramLabel = "FILE",
      description = "its password")
  private Path passwordFile = Path.of("");

  @Option(
      names = "--work-directory",
      required = true,
      paramLabel = "DIR",
      description = "this worker's alone")
  private Path workDirectory = Path.of("");

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "threads for training (${DEFAULT-VALUE}); another number, another rounding")
  private int threads;

  /** Works until the process is stopped. */
  public static void main(String[] arguments) {
    int code =
        new CommandLine(new WorkerApplication())
            .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
            .execute(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int explain(Exception failure) throws Exception {
    if (!(failure instanceof CodedException coded)) {
      throw failure;
    }
    System.err.println(coded.code().code() + ": " + coded.getMessage() + " " + coded.code().next());
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public Integer call() throws Exception {
    System.setProperty("oml.trainer.threads", Integer.toString(threads));
    try (FileChannel _ = new WorkDirectory(workDirectory).occupy()) {
      work(Keystore.load(keystore, passwordFile));
    }
    return 0;
  }

  private void work(SigningKey account) {
    Worker worker =
        new Worker(
            new ServiceClient(registry, account, PATIENCE),
            new ServiceClient(prover, account, PATIENCE),
            workDirectory,
            workDirectory.toAbsolutePath().normalize().getFileName().toString());
    stopWithTheProcess(Thread.currentThread());
    System.err.println("worker " + account.address() + " asks " + registry + " for jobs");
    try {
      worker.run();
    } catch (InterruptedException stopped) {
      System.err.println("worker stopped");
    }
  }

  /** A process that ends while the native library computes may crash. */
  private static void stopWithTheProcess(Thread working) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  working.interrupt();
                  try {
                    boolean _ = working.join(LONGEST_END);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop"));
  }
}
