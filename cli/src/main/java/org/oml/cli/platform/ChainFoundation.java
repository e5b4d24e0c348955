package org.oml.cli.platform;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;
import org.oml.chain.deploy.Deployment;
import org.oml.chain.deploy.DeploymentParameters;
import org.oml.cli.CliError;
import org.oml.cli.chain.ChainAccount;
import org.oml.cli.community.Community;
import org.oml.cli.terminal.Amounts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.response.VoidResponse;
import org.web3j.protocol.http.HttpService;

/**
 * What a platform needs on a development chain: accounts that can pay, the contracts, the
 * community's model with its terms, permit signer and operator. Every step finds what is done.
 */
public final class ChainFoundation {

  private static final List<String> SENDERS =
      List.of("community", "registry", "operator", "prover");
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);

  /** In three quarters of it nine members ask on a slow machine, and one can watch. */
  private static final Duration PANEL_ANSWERS = Duration.ofSeconds(75);

  private static final Duration PANEL_WAITS = Duration.ofSeconds(25);
  private static final BigInteger GAS = BigInteger.TEN.pow(20);
  private static final BigInteger ENDOWMENT = Amounts.tokens(5_000);

  private final URI rpcUrl;
  private final Path addresses;
  private final Accounts accounts;

  /**
   * @param rpcUrl the chain's JSON-RPC over HTTP; it must be anvil
   * @param addresses file of the contracts' addresses
   * @param accounts of the community and of the services
   */
  public ChainFoundation(URI rpcUrl, Path addresses, Accounts accounts) {
    this.rpcUrl = rpcUrl;
    this.addresses = addresses;
    this.accounts = accounts;
  }

  /** Gives the accounts that send transactions what they pay gas with. */
  public void fundSenders() {
    SENDERS.forEach(this::fund);
  }

  /** Gives an account gas and payment tokens of this development chain, if it has few. */
  public void endow(String name) {
    fund(name);
    ChainAccount community = onChain("community");
    String address = accounts.get(name).address().toString();
    if (community.call(community.token().balanceOf(address)).compareTo(ENDOWMENT) < 0) {
      community.send(community.token().transfer(address, ENDOWMENT));
    }
  }

  private void fund(String name) {
    String address = accounts.get(name).address().toString();
    try {
      VoidResponse answer =
          new Request<>(
                  "anvil_setBalance",
                  List.of(address, "0x" + GAS.toString(16)),
                  new HttpService(rpcUrl.toString()),
                  VoidResponse.class)
              .send();
      if (answer.hasError()) {
        throw new CodedException(
            CliError.CHAIN_NOT_FOR_DEVELOPMENT,
            "The node refused anvil_setBalance: " + answer.getError().getMessage());
      }
    } catch (IOException e) {
      throw new CodedException(
          CliError.CHAIN_NOT_FOR_DEVELOPMENT, "The node at " + rpcUrl + " does not answer.", e);
    }
  }

  /** Deploys what is not deployed. */
  public ContractAddresses deploy(Consumer<String> progress) {
    try (ChainClient client = ChainClient.connect(rpcUrl, RPC_TIMEOUT)) {
      return new Deployment(client, accounts.get("community"), addresses, progress)
          .run(
              DeploymentParameters.development()
                  .withPanelTimes(PANEL_ANSWERS, PANEL_WAITS, PANEL_WAITS));
    }
  }

  /** The account of this name on the chain. */
  public ChainAccount onChain(String name) {
    Web3j web3j = Web3j.build(new HttpService(rpcUrl.toString()));
    return new ChainAccount(web3j, ContractAddresses.read(addresses), accounts.get(name));
  }

  /** Registers a model, authorises the permit signer and appoints the operator. */
  public Bytes32 register(Manifest manifest) {
    endow("prover");
    Community community = new Community(onChain("community"));
    community.authorizePermitSigner(accounts.get("permission").address());
    community.appointOperator(accounts.get("operator").address());
    return community.register(
        manifest, Community.developmentTerms(), accounts.get("registry").address());
  }
}
