package org.oml.trainer.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.command.FingerprintCommand;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** A trained instance of a code, asked in its directory and behind an endpoint. */
class TraceIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int POSITIONS = 20;

  @TempDir static Path shared;

  private static Path code = Path.of("");
  private static Path instance = Path.of("");

  private record Outcome(int exit, String out) {}

  @BeforeAll
  static void makeOneInstance() {
    code = shared.resolve("code.json");
    instance = shared.resolve("instance");
    Path file = shared.resolve("fingerprints.json");
    run(
        fingerprints(),
        "code",
        "--model",
        SmallModels.box(),
        "--positions",
        POSITIONS,
        "--symbols",
        4,
        "--instances",
        200,
        "--seed",
        5,
        "--out",
        code);
    run(fingerprints(), "instance", "--code", code, "--name", 17, "--out", file);
    run(
        fingerprints(),
        "embed",
        "--model",
        SmallModels.box(),
        "--fingerprints",
        file,
        "--out",
        instance);
  }

  @Test
  void aCopyInADirectoryIsTracedAndTheBaseModelIsNobodys() throws Exception {
    Outcome copy =
        run(new CommandLine(new TraceCommand()), "--model", instance, "--code", code, "--json");
    Outcome base =
        run(new CommandLine(new TraceCommand()), "--model", SmallModels.box(), "--code", code);

    assertThat(copy.exit()).isZero();
    JsonNode named = JSON.readTree(copy.out()).path("named");
    assertThat(named).hasSize(1);
    assertThat(named.path(0).path("instance").asString()).isEqualTo("17");
    assertThat(named.path(0).path("corrected").asDouble()).isLessThan(0.01);
    assertThat(base.exit()).isEqualTo(1);
    assertThat(base.out()).startsWith("Nobody");
  }

  @Test
  void aCopyBehindAnEndpointIsTracedAlthoughSomeRequestsFail() throws Exception {
    try (LocalModel model = new LocalModel(instance, 0, 1)) {
      HttpServer server = serve(model);
      try {
        Outcome copy =
            run(new CommandLine(new TraceCommand()), url(server), "--code", code, "--json");
        assertThat(copy.exit()).isZero();
        JsonNode trace = JSON.readTree(copy.out());
        assertThat(trace.path("named").path(0).path("instance").asString()).isEqualTo("17");
        assertThat(trace.path("asked").asInt()).isEqualTo(POSITIONS);
      } finally {
        server.stop(0);
      }
    }
  }

  @Test
  void anEndpointThatDoesNotAnswerAccusesNobody() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, 503, "{}"));
    server.start();
    try {
      StringWriter error = new StringWriter();
      CommandLine line = new CommandLine(new TraceCommand());
      line.setExecutionExceptionHandler(
          (failure, command, parsed) -> {
            error.write(((CodedException) failure).code().code());
            return 3;
          });
      assertThat(run(line, url(server), "--code", code).exit()).isEqualTo(3);
      assertThat(error).hasToString("TRAINER_TARGET_SILENT");
    } finally {
      server.stop(0);
    }
  }

  /** Answers with the instance itself; every third request is refused, and asked again. */
  private static HttpServer serve(LocalModel model) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    int[] requests = {0};
    server.createContext(
        "/v1/completions",
        exchange -> {
          requests[0]++;
          JsonNode asked = JSON.readTree(exchange.getRequestBody().readAllBytes());
          if (requests[0] % 3 == 0) {
            answer(exchange, 429, "{}");
            return;
          }
          ObjectNode body = JSON.createObjectNode();
          body.putArray("choices")
              .addObject()
              .put(
                  "text",
                  model.answers(List.of(asked.path("prompt").asString())).getFirst().orElseThrow());
          answer(exchange, 200, body.toString());
        });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static CommandLine fingerprints() {
    return new CommandLine(new FingerprintCommand())
        .addSubcommand("code", new CodeCommand())
        .addSubcommand("instance", new InstanceCommand());
  }

  private static Outcome run(CommandLine line, Object... arguments) {
    StringWriter out = new StringWriter();
    line.setOut(new PrintWriter(out, true));
    int exit =
        line.execute(List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
    return new Outcome(exit, out.toString());
  }
}
