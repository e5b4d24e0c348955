package org.oml.cli.chain;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.deploy.Deployment;
import org.oml.chain.deploy.DeploymentParameters;
import org.oml.chain.deploy.ParametersFile;
import org.oml.cli.platform.PasswordFile;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import picocli.CommandLine.ArgGroup;
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
      description = {
        "Deploy the contracts; goes on where it stopped.",
        "Without --parameters for a development chain: short windows, the deployer owns all."
      })
  int deploy(@ArgGroup(exclusive = true, multiplicity = "1") What what) throws Exception {
    Target target = what.target;
    if (target == null) {
      System.out.print(ParametersFile.template());
      return 0;
    }
    ContractAddresses addresses = target.deploy();
    if (target.json) {
      Map<String, String> all = new LinkedHashMap<>();
      for (Contract contract : Contract.values()) {
        all.put(contract.label(), addresses.of(contract).toString());
      }
      System.out.println(
          new ObjectMapper().writeValueAsString(Map.of("version", 1, "contracts", all)));
    }
    return 0;
  }

  /** A template, or a deployment. */
  static final class What {
    @Option(
        names = "--print-parameters",
        required = true,
        description = "print production parameters to fill in, and deploy nothing")
    boolean print;

    @ArgGroup(exclusive = false, multiplicity = "1")
    @Nullable Target target;
  }

  /** Where to, by whom, with which parameters. */
  static final class Target {
    @Option(
        names = "--rpc",
        required = true,
        paramLabel = "URL",
        description = "the chain's JSON-RPC")
    URI rpc = URI.create("");

    @Option(
        names = {"--key", "--keystore"},
        required = true,
        paramLabel = "FILE",
        description = "keystore of the account that pays")
    Path key = Path.of("");

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "its password; otherwise the file beside it that ends in .password")
    @Nullable Path passwordFile;

    @Option(
        names = "--addresses",
        paramLabel = "FILE",
        description = "where the addresses are kept (addresses.json)")
    Path addressesFile = Path.of("addresses.json");

    @Option(
        names = "--parameters",
        paramLabel = "FILE",
        description = "production parameters, see --print-parameters")
    @Nullable Path parametersFile;

    @Option(names = "--json", description = "the addresses as one JSON object on stdout")
    boolean json;

    private ContractAddresses deploy() throws IOException {
      DeploymentParameters parameters =
          parametersFile == null
              ? DeploymentParameters.development()
              : ParametersFile.read(parametersFile);
      SigningKey deployer = Keystore.load(key, password());
      try (ChainClient client = ChainClient.connect(rpc, RPC_TIMEOUT)) {
        return new Deployment(client, deployer, addressesFile, System.err::println).run(parameters);
      }
    }

    private Path password() {
      return passwordFile == null ? PasswordFile.beside(key) : passwordFile;
    }
  }
}
