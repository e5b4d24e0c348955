package org.oml.cli.prover;

import java.net.URI;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.terminal.Steps;
import org.oml.cli.terminal.Table;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./oml audit}: what a prover does. */
@Command(
    name = "audit",
    description = "Audit a host, now or on a schedule, and see how many keys are left.",
    subcommands = ScheduleCommand.class)
public final class AuditCommand {

  private static final int ACCUSED = 1;
  private static final int SCARCE = 1;

  /** Asks keys and waits for the verdict; a case goes on by itself. */
  @Command(
      name = "run",
      description =
          "Ask a host keys of its instance among harmless questions; exit code 1 if it is accused.")
  int run(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "HOST", description = "the host's address, or its instance's id")
          String host,
      @Option(
              names = "--endpoint",
              paramLabel = "URL",
              description =
                  "the API that is asked, without /v1 (that of the host's schedule); any suspect's will do")
          @Nullable URI endpoint,
      @Mixin TargetOptions target,
      @Option(names = "--json", description = "the audit as one JSON object on stdout")
          boolean json)
      throws Exception {
    ServiceClient prover =
        new Foundation(home.platform(), OptionalLong.empty()).prover("community");
    Audits audits = new Audits(prover);
    Hosts hosts = new Hosts(prover);
    String instanceId = hosts.instanceOf(host);
    String url = endpoint == null ? hosts.endpointOf(instanceId) : endpoint.toString();
    Steps steps = Steps.onStandardError(1);
    JsonNode audit =
        steps.step(
            "Audit of " + url,
            () -> audits.awaitVerdict(audits.order(target.order(instanceId, url)), steps::detail));
    String verdict = audit.required("verdict").asString();
    System.out.println(
        json ? audit.toString() : verdict + ": " + audit.path("reason").asString(""));
    return verdict.equals("USES_WITHOUT_PERMIT") ? ACCUSED : 0;
  }

  /** Shows what is left in the vault. */
  @Command(
      name = "keys",
      description =
          "Show how many keys are left and when they run out; exit code 1 if a host needs a new instance.")
  int keys(
      @Mixin HomeOption home,
      @Option(names = "--json", description = "one JSON object on stdout") boolean json) {
    JsonNode stock =
        new Foundation(home.platform(), OptionalLong.empty())
            .prover("community")
            .get("/v1/vault/stock");
    Table table =
        new Table(
            "instance", "host", "keys", "left", "held", "a day", "run out", "needs successor");
    boolean scarce = false;
    for (JsonNode one : stock.required("instances")) {
      scarce |= one.required("needsSuccessor").asBoolean();
      table.row(
          one.required("instanceId").asString(),
          one.required("host").asString(),
          one.required("keys").asInt(),
          one.required("keysLeft").asInt(),
          one.required("keysHeld").asInt(),
          "%.1f".formatted(one.required("spentPerDay").asDouble()),
          one.path("runsOutAt").asString("-"),
          one.required("needsSuccessor").asBoolean() ? "yes" : "no");
    }
    System.out.print(json ? stock + "\n" : table.render());
    return scarce ? SCARCE : 0;
  }
}
