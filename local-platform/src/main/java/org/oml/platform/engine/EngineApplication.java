package org.oml.platform.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The engine as a process of its own. */
@Command(
    name = "engine",
    mixinStandardHelpOptions = true,
    description = "Serves a GGUF model over the OpenAI API on the loopback address.")
public final class EngineApplication implements Callable<Integer> {

  private static final int FAILED = 3;

  @Option(names = "--model", required = true, description = "the GGUF file")
  private @Nullable Path model;

  @Option(names = "--port", required = true, description = "where to listen")
  private int port;

  @Option(names = "--name", required = true, description = "the model's name in answers")
  private String name = "";

  @Option(
      names = "--context",
      description = "longest context in tokens; 0, the default, for the model's own")
  private int context;

  @Option(
      names = "--queue",
      description = "how many requests may wait or run at once (default: ${DEFAULT-VALUE})")
  private int queue = 64;

  @Option(
      names = "--patience",
      description = "seconds that a request may wait for its turn (default: ${DEFAULT-VALUE})")
  private int patience = 60;

  /** Serves until the process is told to stop. */
  public static void main(String[] arguments) {
    // Without it each small answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    int status = new CommandLine(new EngineApplication()).execute(arguments);
    // Native threads keep the JVM from ending by itself.
    Runtime.getRuntime().halt(status);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try {
      if (model == null) {
        throw new IllegalStateException("the command line demands --model");
      }
      LlamaEngine engine = new LlamaEngine(model, context, queue, Duration.ofSeconds(patience));
      EngineServer server = new EngineServer(engine, name, port);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.stop();
                    // Ends before the native library takes itself down, which can block.
                    Runtime.getRuntime().halt(0);
                  }));
      server.start();
      System.out.println("Serving " + name + " on port " + server.port());
      new CountDownLatch(1).await();
      return 0;
    } catch (CodedException e) {
      System.err.println(e.code().code() + ": " + e.getMessage() + " " + e.code().next());
      return FAILED;
    }
  }
}
