package org.oml.cli.platform;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;
import org.oml.cli.chain.ChainAccount;
import org.oml.cli.community.Community;
import org.oml.cli.epochs.EpochVerification;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.protocol.client.ServiceClient;

/**
 * Brings a platform from nothing to a model that hosts can ask for: chain and database, contracts,
 * the community's model and signer, services, the published base. Every step finds what is done and
 * does the rest, so a run that was cut off is run again.
 */
public final class Foundation {

  /** The model in the box. */
  public static final String MODEL = "oml/box";

  private static final int MEMBERS_AT_ONCE = 3;
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LocalPlatform platform;
  private final PlatformSettings settings;
  private final Accounts accounts;
  private final Services services;
  private final ChainFoundation chain;

  public Foundation(LocalPlatform platform, OptionalLong seed) {
    this(platform, seed, false, InstanceKeys.FOR_AUDITS);
  }

  /** One whose instances get other keys than usual. */
  public Foundation(LocalPlatform platform, InstanceKeys keys) {
    this(platform, OptionalLong.empty(), false, keys);
  }

  /**
   * @param seed makes accounts and fingerprints repeatable, and guessable
   * @param panel whether there are to be provers enough for a panel
   */
  public Foundation(LocalPlatform platform, OptionalLong seed, boolean panel) {
    this(platform, seed, panel, panel ? InstanceKeys.FOR_A_PANEL : InstanceKeys.FOR_AUDITS);
  }

  private Foundation(LocalPlatform platform, OptionalLong seed, boolean panel, InstanceKeys keys) {
    this.platform = platform;
    this.settings = platform.settings();
    this.accounts = new Accounts(settings.keys(), seed);
    this.services = new Services(platform, accounts, seed, panel, keys);
    this.chain = new ChainFoundation(platform.chain().rpcUrl(), settings.addresses(), accounts);
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
    chain.fundSenders();
    // Signs permits and sends nothing; services start while it is authorised.
    accounts.get("permission");
  }

  /** Gives an account gas and payment tokens of this development chain, if it has few. */
  public void endow(String name) {
    chain.endow(name);
  }

  /** Deploys what is not deployed. */
  public ContractAddresses deploy(Consumer<String> progress) {
    return chain.deploy(progress);
  }

  /** The account of this name on the chain. */
  public ChainAccount onChain(String name) {
    return chain.onChain(name);
  }

  /** Registers the model in the box and authorises the permit signer. */
  public Bytes32 register() throws IOException {
    return chain.register(manifest());
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

  /**
   * Starts the provers that sit on panels, few at a time, as each start takes a core for a while.
   *
   * @param progress told how many are up
   */
  public void startMembers(Consumer<String> progress) {
    for (int first = 0; first < Services.MEMBERS; first += MEMBERS_AT_ONCE) {
      progress.accept(first + " of " + Services.MEMBERS);
      List<JavaProgram> some = new ArrayList<>();
      for (int number = first; number < first + MEMBERS_AT_ONCE; number++) {
        chain.endow(Services.memberName(number));
        platform.database().ensureRole(Services.memberName(number));
        some.add(services.member(number));
      }
      platform.start(some);
    }
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
