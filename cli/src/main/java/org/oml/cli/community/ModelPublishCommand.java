package org.oml.cli.community;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.terminal.Bar;
import org.oml.cli.terminal.Steps;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.protocol.client.ServiceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./oml model publish}: a base model of the community, on chain and in the registry. */
@Command(
    name = "publish",
    description =
        "Register a base model on the platform's chain and put its files into the registry.")
public final class ModelPublishCommand implements Callable<Integer> {

  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DIR", description = "Model in Hugging Face layout.")
  private Path directory = Path.of("");

  @Option(
      names = "--name",
      required = true,
      paramLabel = "ORG/MODEL",
      description = "Its name in the registry.")
  private String name = "";

  @Option(
      names = "--alias",
      paramLabel = "ALIAS",
      description = "Have this alias name the revision, besides 'main' where it is new.")
  private List<String> aliases = List.of();

  @Override
  public Integer call() throws Exception {
    Foundation foundation = new Foundation(home.platform(), OptionalLong.empty());
    Manifest manifest = Community.manifest(name, directory);
    Community community = new Community(foundation.onChain("community"));
    Steps steps = Steps.onStandardError(2);
    Bytes32 modelId =
        steps.step(
            "Model " + name + " and its terms on chain",
            () ->
                community.register(
                    manifest,
                    Community.developmentTerms(),
                    foundation.accounts().get("registry").address()));
    ServiceClient registry = foundation.registry("community");
    String revision =
        Bar.step(
            steps,
            "Files in the registry",
            Bar.Unit.BYTES,
            progress -> community.publish(registry, modelId, manifest, directory, progress));
    for (String alias : aliases) {
      community.point(registry, name, alias, revision);
    }
    System.err.printf("Revision %s%n", revision);
    if (!community.isLicensed(modelId, manifest)) {
      System.err.println(
          "Instances are made from the revision on chain, not from this one: register it under another name for that.");
    }
    System.out.println(modelId);
    return 0;
  }
}
