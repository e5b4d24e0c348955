package org.oml.cli.prover;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.terminal.Steps;
import org.oml.cli.terminal.Table;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code ./oml trace}: whose copy an endpoint serves, by the code that the prover's vault has. */
@Command(
    name = "trace",
    description = {
      "Say from which instances a leaked model came, or that nobody can be named",
      "Every key that is asked is spent for all instances of the code. Exit code 1 if nobody is"
          + " named."
    })
public final class TraceCommand implements Callable<Integer> {

  private static final int NOBODY = 1;

  @Mixin private HomeOption home = new HomeOption();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      description = "the API that serves the copy, with or without /v1")
  private @Nullable URI target;

  @Option(
      names = "--instance",
      paramLabel = "ID",
      description = "one of the code's, where the vault has several codes")
  private @Nullable String instance;

  @Option(
      names = "--keys",
      defaultValue = "32",
      description = "keys that are asked (${DEFAULT-VALUE})")
  private int keys = 32;

  @Option(
      names = "--covers",
      defaultValue = "32",
      description = "harmless questions among them (${DEFAULT-VALUE})")
  private int covers = 32;

  @Option(
      names = "--interface",
      defaultValue = "openai",
      description = "what the target speaks: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
  private TargetOptions.Dialect dialect = TargetOptions.Dialect.openai;

  @Option(
      names = "--false-accusation",
      defaultValue = "0.01",
      paramLabel = "P",
      description =
          "probability of naming an innocent, in all traces of the URL together (${DEFAULT-VALUE})")
  private double falseAccusation = 0.01;

  @Option(names = "--panel", description = "take whoever is named to a panel (case T)")
  private boolean panel;

  @Option(names = "--json", description = "the trace as one JSON object on stdout")
  private boolean json;

  /** For picocli. */
  public TraceCommand() {}

  @Override
  public Integer call() throws Exception {
    URI url = target;
    if (url == null) {
      throw new ParameterException(spec.commandLine(), "give the URL that serves the copy");
    }
    ServiceClient prover = prover(home);
    Audits audits = new Audits(prover);
    String traceId = audits.orderTrace(order(url));
    System.err.println(
        "The prover asks by itself; './oml trace show " + traceId + "' shows what it has found.");
    Steps steps = Steps.onStandardError(1);
    JsonNode trace = steps.step("Trace of " + url, () -> audits.awaitTrace(traceId, steps::detail));
    System.out.println(json ? trace.toString() : text(trace));
    boolean isAnybody = namesSomebody(trace);
    if (panel && isAnybody) {
      openPanels(new Panels(prover), trace, url);
    } else if (panel) {
      System.err.println("Nobody is named, so there is nobody to take to a panel.");
    }
    return isAnybody ? 0 : NOBODY;
  }

  /** Shows a trace that was ordered before. */
  @Command(
      name = "show",
      description = "Show a trace that was ordered before. Exit code 1 if nobody is named (yet).")
  int show(
      @Mixin HomeOption platform,
      @Parameters(paramLabel = "ID", description = "the trace's id") UUID traceId,
      @Option(names = "--json", description = "as one JSON object on stdout") boolean asJson) {
    JsonNode trace = prover(platform).get("/v1/traces/" + traceId);
    System.out.println(asJson ? trace.toString() : text(trace));
    return namesSomebody(trace) ? 0 : NOBODY;
  }

  private static ServiceClient prover(HomeOption home) {
    return new Foundation(home.platform(), OptionalLong.empty()).prover("community");
  }

  private static boolean namesSomebody(JsonNode trace) {
    return trace.path("verdict").asString("").equals("TRACED");
  }

  private Map<String, Object> order(URI url) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("endpoint", url.toString());
    order.put("keys", keys);
    order.put("covers", covers);
    order.put("dialect", dialect.name().toUpperCase(Locale.ROOT));
    order.put("falseAccusation", falseAccusation);
    if (instance != null) {
      order.put("instanceId", instance);
    }
    return order;
  }

  /** One that cannot be taken to a panel keeps nobody else from it. */
  private static void openPanels(Panels panels, JsonNode trace, URI url) {
    List<CodedException> refusals = new ArrayList<>();
    for (JsonNode suspect : trace.required("suspects")) {
      if (suspect.required("named").asBoolean()) {
        String id = suspect.required("instanceId").asString();
        try {
          panels.order("T", Bytes32.parse(id), url);
          System.err.println("A panel will ask about " + id + "; './oml case list' shows it.");
        } catch (CodedException refusal) {
          System.err.println("No panel asks about " + id + ": " + refusal.getMessage());
          refusals.add(refusal);
        }
      }
    }
    if (!refusals.isEmpty()) {
      throw refusals.getFirst();
    }
  }

  private static String text(JsonNode trace) {
    Table table = new Table("instance", "host", "named", "agreements", "score", "p", "p, any");
    for (JsonNode one : trace.required("suspects")) {
      table.row(
          one.required("instanceId").asString(),
          one.required("host").asString(),
          one.required("named").asBoolean() ? "yes" : "no",
          one.required("agreements").asInt(),
          one.required("score").asInt(),
          number(one.required("probability")),
          number(one.required("corrected")));
    }
    String verdict = trace.path("verdict").asString("");
    return (verdict.isEmpty()
            ? "Asking, %d of %d keys so far."
                .formatted(trace.required("keysAsked").asInt(), trace.required("keys").asInt())
            : verdict + ": " + trace.path("reason").asString(""))
        + "\n"
        + table.render().stripTrailing();
  }

  private static String number(JsonNode probability) {
    return String.format(Locale.ROOT, "%.3g", probability.asDouble());
  }
}
