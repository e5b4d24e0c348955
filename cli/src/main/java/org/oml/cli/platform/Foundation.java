package org.oml.cli.platform;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;
import org.oml.chain.deploy.Deployment;
import org.oml.chain.deploy.DeploymentParameters;
import org.oml.cli.chain.ChainAccount;
import org.oml.cli.community.Community;
import org.oml.cli.epochs.EpochVerification;
import org.oml.cli.terminal.Amounts;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.protocol.client.ServiceClient;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;

/**
 * Brings a platform from nothing to a model that hosts can ask for: chain and database, contracts,
 * the community's model and signer, services, the published base. Every step finds what is done and
 * does the rest, so a run that was cut off is run again.
 */
public final class Foundation {

  /** The model in the box. */
  public static final String MODEL = "oml/box";

  private static final List<String> SENDERS =
      List.of("community", "registry", "operator", "prover");
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final BigInteger GAS = BigInteger.TEN.pow(20);
  private static final BigInteger ENDOWMENT = Amounts.tokens(5_000);

  private final LocalPlatform platform;
  private final PlatformSettings settings;
  private final Accounts accounts;
  private final Services services;

  public Foundation(LocalPlatform platform, OptionalLong seed) {
    this.platform = platform;
    this.settings = platform.settings();
    this.accounts = new Accounts(settings.keys(), seed);
    this.services = new Services(platform, accounts, seed);
  }

  /** Where the model in the box lies. */
  public static Path boxDirectory(Path root) {
    return root.resolve("models/oml-box");
  }

  public Accounts accounts() {
    return accounts;
  }

  public LocalPlatform platform() {
    return platform;
  }

  /** Chain and database, with accounts that can pay for gas. */
  public void start() {
    platform.startFoundation();
    SENDERS.forEach(this::fund);
    // Signs permits and sends nothing; services start while it is authorised.
    accounts.get("permission");
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
    platform.chain().fund(accounts.get(name).address().toString(), GAS);
  }

  /** Deploys what is not deployed. */
  public ContractAddresses deploy(Consumer<String> progress) {
    try (ChainClient client = ChainClient.connect(platform.chain().rpcUrl(), RPC_TIMEOUT)) {
      return new Deployment(client, accounts.get("community"), settings.addresses(), progress)
          .run(DeploymentParameters.development());
    }
  }

  /** The account of this name on the chain. */
  public ChainAccount onChain(String name) {
    Web3j web3j = Web3j.build(new HttpService(platform.chain().rpcUrl().toString()));
    return new ChainAccount(
        web3j, ContractAddresses.read(settings.addresses()), accounts.get(name));
  }

  /** Registers the model in the box and authorises the permit signer. */
  public Bytes32 register() throws IOException {
    endow("prover");
    Community community = new Community(onChain("community"));
    community.authorizePermitSigner(accounts.get("permission").address());
    community.appointOperator(accounts.get("operator").address());
    return community.register(
        manifest(), Community.developmentTerms(), accounts.get("registry").address());
  }

  /** Starts the services that do not run. */
  public void startServices() {
    platform.start(services.all());
  }

  /** Starts the services that do not run, and the dashboard with them. */
  public void startServicesAndDashboard() {
    List<JavaProgram> all = new ArrayList<>(services.all());
    all.add(services.dashboard());
    platform.start(all);
  }

  /** Puts the model in the box into the registry. */
  public void publish(Bytes32 modelId) throws IOException, InterruptedException {
    new Community(onChain("community"))
        .publish(
            registry("community"),
            modelId,
            manifest(),
            boxDirectory(settings.root()),
            (done, total, path) -> {});
  }

  /** Where the registry is. */
  public URI registryUrl() {
    return URI.create(Services.url(settings.ports().registry()));
  }

  /** The registry, asked as the account of this name. */
  public ServiceClient registry(String account) {
    return client(settings.ports().registry(), account);
  }

  /** The permission service, asked as the account of this name. */
  public ServiceClient permission(String account) {
    return client(settings.ports().permission(), account);
  }

  /** The prover, asked as the account of this name. */
  public ServiceClient prover(String account) {
    return client(settings.ports().prover(), account);
  }

  /** Verifies what was settled, as the model's owner. */
  public List<EpochVerification.Finding> verifyEpochs() {
    try (ChainClient client = ChainClient.connect(platform.chain().rpcUrl(), RPC_TIMEOUT)) {
      return new EpochVerification(
              permission("community"), client, ContractAddresses.read(settings.addresses()))
          .verify();
    }
  }

  private ServiceClient client(int port, String account) {
    return new ServiceClient(URI.create(Services.url(port)), accounts.get(account), PATIENCE);
  }

  private Manifest manifest() throws IOException {
    return Community.manifest(MODEL, boxDirectory(settings.root()));
  }
}
