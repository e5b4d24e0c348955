package org.oml.cli.host;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.oml.cli.CliError;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.terminal.Bar;
import org.oml.cli.terminal.Steps;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ./oml pull}: an instance that is there already, again or for the first time. */
@Command(
    name = "pull",
    description =
        "Download an instance that is published; a download that was cut off goes on, and all of it is checked.")
public final class PullCommand implements Callable<Integer> {

  @Mixin private HomeOption home = new HomeOption();

  @Parameters(
      paramLabel = "ORG/MODEL[@REVISION]",
      description =
          "The model, and which of the host's instances: its identifier or the beginning of its manifest's hash. The newest if none is named.")
  private String name = "";

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the instance appears.")
  private Path out = Path.of("");

  @Option(
      names = "--wallet",
      defaultValue = "host",
      description = "Account of the platform (${DEFAULT-VALUE}).")
  private String wallet = "host";

  @Override
  public Integer call() throws Exception {
    Foundation foundation = new Foundation(home.platform(), OptionalLong.empty());
    ServiceClient registry = foundation.registry(wallet);
    int at = name.indexOf('@');
    String model = at < 0 ? name : name.substring(0, at);
    String revision = at < 0 ? "" : name.substring(at + 1);
    Bytes32 instanceId = find(registry, model, revision);
    Host host = new Host(foundation.onChain(wallet), registry);
    Bar.step(
        Steps.onStandardError(1),
        "Download, checked against the chain",
        Bar.Unit.BYTES,
        progress -> {
          host.download(instanceId, out, progress);
          return instanceId;
        });
    System.out.println(instanceId);
    return 0;
  }

  /** The registry lists the oldest first. */
  private static Bytes32 find(ServiceClient registry, String model, String revision) {
    String found = "";
    for (JsonNode instance : registry.get("/v1/instances").path("instances")) {
      if (instance.required("state").asString().equals("PUBLISHED")
          && instance.required("model").asString().equals(model)
          && isCalled(instance, revision)) {
        found = instance.required("instanceId").asString();
      }
    }
    if (found.isEmpty()) {
      throw new CodedException(
          CliError.INSTANCE_MISSING,
          "The account has no such published instance of " + model + ".");
    }
    return Bytes32.parse(found);
  }

  private static boolean isCalled(JsonNode instance, String revision) {
    String manifestHash = instance.path("manifestHash").asString("");
    return revision.isEmpty()
        || instance.required("instanceId").asString().equals(revision)
        || (revision.length() >= 8 && manifestHash.startsWith("0x" + revision));
  }
}
