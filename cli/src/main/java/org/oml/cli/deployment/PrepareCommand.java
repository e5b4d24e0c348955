package org.oml.cli.deployment;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.cli.community.Community;
import org.oml.cli.platform.ChainFoundation;
import org.oml.cli.platform.Foundation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./oml prepare}: what {@code docker-compose.yml} needs before its first start. */
@Command(
    name = "prepare",
    description = "Draw keys and secrets for a platform in containers, and set a chain up for it.")
public final class PrepareCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR",
      description = "Directory of the platform. It will hold keys: keep it safe.")
  private Path directory = Path.of("");

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description =
          "A development chain (anvil), on which contracts are deployed and the model in the box is"
              + " registered.")
  private @Nullable URI rpc;

  @Override
  public Integer call() throws Exception {
    ComposeHome home = new ComposeHome(directory);
    home.make();
    if (rpc != null) {
      setUp(new ChainFoundation(rpc, home.addresses(), home.accounts()));
    }
    home.handOver();
    System.err.printf("Ready: %s%n", directory);
    if (Files.exists(home.addresses())) {
      System.err.printf("Start with: docker compose --env-file %s up%n", home.environment());
    } else {
      System.err.printf(
          "Put the contracts' addresses into %s ('./oml chain deploy', or --rpc for a development chain).%n",
          home.addresses());
    }
    return 0;
  }

  private static void setUp(ChainFoundation chain) throws Exception {
    chain.fundSenders();
    chain.deploy(step -> System.err.println("  " + step));
    Path root = Path.of(System.getProperty("oml.root", ""));
    chain.register(Community.manifest(Foundation.MODEL, Foundation.boxDirectory(root)));
    System.err.println("  " + Foundation.MODEL + " and its terms");
  }
}
