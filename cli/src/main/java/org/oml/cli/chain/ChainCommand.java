package org.oml.cli.chain;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.deploy.Deployment;
import org.oml.chain.deploy.DeploymentParameters;
import org.oml.protocol.Keystore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** {@code ./oml chain}: the contracts. */
@Command(name = "chain", description = "Deploy the contracts to a chain.")
public final class ChainCommand {

  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(30);

  /** Deploys what is not deployed yet; a run that was cut off is run again. */
  @Command(
      name = "deploy",
      description =
          "Deploy the contracts with the parameters for development; goes on where it stopped.")
  int deploy(
      @Option(
              names = "--rpc",
              required = true,
              paramLabel = "URL",
              description = "the chain's JSON-RPC")
          URI rpc,
      @Option(
              names = "--keystore",
              required = true,
              paramLabel = "FILE",
              description = "account that pays")
          Path keystore,
      @Option(
              names = "--password-file",
              required = true,
              paramLabel = "FILE",
              description = "its password")
          Path passwordFile,
      @Option(
              names = "--addresses",
              required = true,
              paramLabel = "FILE",
              description = "where the addresses are kept")
          Path addressesFile,
      @Option(names = "--json", description = "the addresses as one JSON object on stdout")
          boolean json)
      throws Exception {
    try (ChainClient client = ChainClient.connect(rpc, RPC_TIMEOUT)) {
      ContractAddresses addresses =
          new Deployment(
                  client, Keystore.load(keystore, passwordFile), addressesFile, System.err::println)
              .run(DeploymentParameters.development());
      if (json) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Contract contract : Contract.values()) {
          all.put(contract.name(), addresses.of(contract).toString());
        }
        System.out.println(
            new ObjectMapper().writeValueAsString(Map.of("version", 1, "contracts", all)));
      }
    }
    return 0;
  }
}
