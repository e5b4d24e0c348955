package org.oml.cli.platform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;
import org.oml.platform.process.JavaProgram;
import org.oml.platform.process.Tier;

/** The services of a platform on this machine: which program each is and what it is told. */
public final class Services {

  /** How many provers sit on panels besides the platform's own: those that a panel needs. */
  public static final int MEMBERS = 9;

  /** Short, so that one sees epochs. */
  private static final String EPOCH = "10s";

  /** Each trains on one thread: small models get no faster with more. */
  private static final List<String> WORKERS = List.of("worker-1", "worker-2");

  private final LocalPlatform platform;
  private final PlatformSettings settings;
  private final Accounts accounts;
  private final OptionalLong seed;
  private final boolean panel;
  private final InstanceKeys keys;

  /**
   * @param seed makes fingerprints repeatable, and guessable
   * @param panel whether there are {@link #member members} of panels too
   */
  Services(
      LocalPlatform platform,
      Accounts accounts,
      OptionalLong seed,
      boolean panel,
      InstanceKeys keys) {
    this.panel = panel;
    this.keys = keys;
    this.platform = platform;
    this.settings = platform.settings();
    this.accounts = accounts;
    this.seed = seed;
  }

  /** Registry, permission service, prover and the workers. */
  public List<JavaProgram> all() {
    List<JavaProgram> all = new ArrayList<>(List.of(registry(), permission(), prover()));
    WORKERS.forEach(name -> all.add(worker(name)));
    return all;
  }

  /** The admins' pages, which nothing else waits for. */
  public JavaProgram dashboard() {
    SecretFile.readOrDrawPassword(dashboardPassword(settings));
    int port = settings.ports().dashboard();
    return JavaProgram.service(
            "dashboard", "admin-dashboard", "org.oml.dashboard.DashboardApplication", port)
        .withArguments(
            "--server.port=" + port,
            "--oml.dashboard.password-file=" + dashboardPassword(settings),
            "--oml.dashboard.directory=" + settings.home().resolve("dashboard"),
            "--oml.dashboard.registry-url=" + url(settings.ports().registry()),
            "--oml.dashboard.permission-url=" + url(settings.ports().permission()),
            "--oml.dashboard.prover-url=" + url(settings.ports().prover()))
        .withArguments(account("dashboard"));
  }

  /** Where the admin's password lies. */
  static Path dashboardPassword(PlatformSettings settings) {
    return settings.secrets().resolve("dashboard.password");
  }

  /** Where a service of this port listens. */
  public static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  private JavaProgram registry() {
    JavaProgram program =
        service(
                "registry",
                "registry-service",
                "org.oml.registry.RegistryApplication",
                settings.ports().registry())
            .withArguments(database("registry"))
            .withArguments(chain())
            .withArguments(account("registry"))
            .withArguments(
                "--oml.registry.blobs=" + settings.blobs(),
                "--oml.registry.workers=" + workerAddresses(),
                "--oml.registry.dashboards=" + accounts.get("dashboard").address(),
                "--oml.registry.fingerprints.count=" + keys.count(),
                "--oml.registry.fingerprints.symbols=" + keys.symbols(),
                "--oml.registry.fingerprints.hurried=" + keys.hurried());
    return seed.isPresent()
        ? program.withArguments("--oml.registry.seed=" + seed.getAsLong())
        : program;
  }

  private JavaProgram permission() {
    return service(
            "permission",
            "permission-service",
            "org.oml.permission.PermissionApplication",
            settings.ports().permission())
        .withArguments(database("permission"))
        .withArguments(chain())
        .withArguments(
            "--oml.permission.signer.keystore=" + accounts.keystore("permission"),
            "--oml.permission.signer.password-file=" + accounts.passwordFile("permission"),
            "--oml.permission.provers=" + accounts.get("prover").address(),
            "--oml.permission.dashboards=" + accounts.get("dashboard").address(),
            "--oml.permission.auditors=" + accounts.get("community").address(),
            "--oml.permission.operator.keystore=" + accounts.keystore("operator"),
            "--oml.permission.operator.password-file=" + accounts.passwordFile("operator"),
            "--oml.permission.epoch.period=" + EPOCH,
            "--oml.permission.epoch.grace=2s",
            "--oml.permission.epoch.poll=250ms");
  }

  private JavaProgram prover() {
    JavaProgram program =
        prover("prover", settings.ports().prover())
            .withArguments(
                "--oml.prover.workers=" + workerAddresses(),
                "--oml.prover.vault.ask-every=10s",
                "--oml.prover.operators="
                    + accounts.get("community").address()
                    + ","
                    + accounts.get("dashboard").address());
    return panel
        ? program.withArguments(
            "--oml.prover.panel.seat=true",
            "--oml.prover.panel.poll=1s",
            "--oml.prover.panel.questions-per-member=4",
            "--oml.prover.panel.covers-per-member=2")
        : program;
  }

  /** What the account and the database role of a panel's member are called. */
  static String memberName(int number) {
    return "member" + (number + 1);
  }

  /**
   * Somebody else's prover, which sits on panels.
   *
   * @param number from 0 to {@link #MEMBERS}, exclusively
   */
  JavaProgram member(int number) {
    return prover(memberName(number), settings.ports().member(number))
        .withArguments(
            "--oml.prover.panel.seat=true",
            "--oml.prover.panel.poll=1s",
            "--oml.prover.panel.peers[0].account=" + accounts.get("prover").address(),
            "--oml.prover.panel.peers[0].url=" + url(settings.ports().prover()))
        .withJvmArguments("-Xmx192m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }

  private JavaProgram prover(String name, int port) {
    accounts.get(name);
    return service(name, "prover-service", "org.oml.prover.ProverApplication", port)
        .withArguments(database(name))
        .withArguments(chain())
        .withArguments(
            "--oml.prover.account.keystore=" + accounts.keystore(name),
            "--oml.prover.account.password-file=" + accounts.passwordFile(name),
            "--oml.prover.vault.key-file=" + secret(name + "-vault"),
            "--oml.prover.evidence.permission-url=" + url(settings.ports().permission()));
  }

  private JavaProgram worker(String name) {
    return JavaProgram.inBackground(
            name, "fingerprint-trainer", "org.oml.trainer.worker.WorkerApplication", Tier.SERVICE)
        .withArguments(
            "--registry", url(settings.ports().registry()),
            "--prover", url(settings.ports().prover()),
            "--keystore", accounts.keystore(name).toString(),
            "--password-file", accounts.passwordFile(name).toString(),
            "--work-directory", settings.home().resolve("workers").resolve(name).toString())
        .withJvmArguments("-Xmx2g");
  }

  private String workerAddresses() {
    return WORKERS.stream()
        .map(name -> accounts.get(name).address().toString())
        .collect(Collectors.joining(","));
  }

  private JavaProgram service(String name, String module, String mainClass, int port) {
    return JavaProgram.service(name, module, mainClass, port)
        .withArguments(
            "--server.port=" + port,
            "--oml.identity.url=" + url(port),
            "--oml.identity.chain-id=" + PlatformSettings.CHAIN_ID,
            "--oml.identity.token-key-file=" + secret(name + "-token"));
  }

  private String[] database(String role) {
    return new String[] {
      "--oml.database.url=" + platform.database().url(),
      "--oml.database.user=" + role,
      "--oml.database.password-file=" + platform.database().passwordFile(role)
    };
  }

  private String[] chain() {
    return new String[] {
      "--oml.chain.rpc-url=" + platform.chain().rpcUrl(),
      "--oml.chain.addresses-file=" + settings.addresses(),
      "--oml.chain.poll-interval=250ms",
      "--oml.chain.finality-depth=1"
    };
  }

  /** The account of a service, with which it sends transactions or asks others. */
  private String[] account(String service) {
    accounts.get(service);
    return new String[] {
      "--oml." + service + ".account.keystore=" + accounts.keystore(service),
      "--oml." + service + ".account.password-file=" + accounts.passwordFile(service)
    };
  }

  private Path secret(String name) {
    Path file = settings.secrets().resolve(name + ".hex");
    SecretFile.readOrDraw(file);
    return file;
  }
}
