package org.oml.cli.prover;

import java.net.URI;
import java.util.OptionalLong;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.terminal.Steps;
import org.oml.protocol.Bytes32;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./oml audit}: what a prover does. */
@Command(name = "audit", description = "Audit a host, and see the case that comes of it.")
public final class AuditCommand {

  private static final int ACCUSED = 1;

  /** Asks keys and waits for the verdict; a case goes on by itself. */
  @Command(
      name = "run",
      description =
          "Ask a host keys of its instance among harmless questions; exit code 1 if it is accused.")
  int run(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "INSTANCE", description = "id of the host's instance")
          String instanceId,
      @Option(
              names = "--endpoint",
              required = true,
              paramLabel = "URL",
              description = "the host's OpenAI API, without /v1")
          URI endpoint,
      @Option(
              names = "--keys",
              defaultValue = "6",
              description = "keys to spend (${DEFAULT-VALUE})")
          int keys,
      @Option(
              names = "--covers",
              defaultValue = "12",
              description = "harmless questions among them (${DEFAULT-VALUE})")
          int covers,
      @Option(names = "--json", description = "the audit as one JSON object on stdout")
          boolean json)
      throws Exception {
    Foundation foundation = new Foundation(home.platform(), OptionalLong.empty());
    Audits audits = new Audits(foundation.prover("community"));
    Steps steps = Steps.onStandardError(1);
    JsonNode audit =
        steps.step(
            "Audit of " + endpoint,
            () ->
                audits.awaitVerdict(
                    audits.order(
                        Bytes32.parse(instanceId), endpoint, keys, covers, OptionalLong.empty()),
                    steps::detail));
    String verdict = audit.required("verdict").asString();
    System.out.println(
        json ? audit.toString() : verdict + ": " + audit.path("reason").asString(""));
    return verdict.equals("USES_WITHOUT_PERMIT") ? ACCUSED : 0;
  }
}
