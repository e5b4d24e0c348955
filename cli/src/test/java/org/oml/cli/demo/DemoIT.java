package org.oml.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.cli.platform.Foundation;
import org.oml.cli.platform.Services;
import org.oml.cli.terminal.Steps;
import org.oml.dashboard.fixture.Chromium;
import org.oml.dashboard.fixture.RealRun;
import org.oml.platform.LocalPlatform;
import org.oml.platform.backup.Backup;
import org.oml.platform.backup.Restoration;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.Ports;
import org.oml.platform.home.SecretFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The acceptance story, on the packaged programs. */
class DemoIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long SEED = 11;

  /** Of two instances. */
  private static final int FINGERPRINTS = 64;

  @TempDir private Path home;
  @TempDir private Path another;

  @Test
  void honestHostKeepsItsStakeAndFreeloaderLosesIt() throws Exception {
    Path output = home.resolve("stdout");
    Path errors = home.resolve("stderr");
    Path platformHome = home.resolve("platform");
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Doml.root=" + ROOT,
                "-cp",
                ROOT.resolve("cli/target/cli-1.0.0-SNAPSHOT.jar")
                    + ":"
                    + Files.readString(ROOT.resolve("cli/target/classpath.txt")).strip(),
                "org.oml.cli.Oml",
                "demo",
                "--json",
                "--seed",
                Long.toString(SEED),
                "--home",
                platformHome.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    boolean ended = demo.waitFor(9, TimeUnit.MINUTES);
    demo.destroy();
    assertThat(ended).isTrue();
    assertThat(demo.waitFor()).as(Files.readString(errors)).isZero();
    assertThat(Files.readAllLines(output)).hasSize(1);
    assertEndsAsItShould(new ObjectMapper().readTree(Files.readString(output)));
    PlatformSecrets secrets = secretsOf(platformHome);
    assertThat(secrets.shownByFiles(List.of(platformHome.resolve("logs"), output, errors)))
        .isEmpty();
  }

  /** All of them in one run, one after the other, from the first question on. */
  @Test
  void endsAsItShouldThoughEveryServiceIsKilledOnceMeanwhile() throws Exception {
    runAndKill(
        List.of(
            "permission",
            "honest-gateway",
            "postgres",
            "honest-engine",
            "freeloader-gateway",
            "prover",
            "chain",
            "registry",
            "prover",
            "worker-1"));
  }

  @ParameterizedTest
  @EnabledIfSystemProperty(named = "oml.soak", matches = "true")
  @ValueSource(
      strings = {
        "permission",
        "honest-gateway",
        "honest-engine",
        "freeloader-gateway",
        "freeloader-engine",
        "postgres",
        "prover",
        "chain",
        "registry",
        "worker-2"
      })
  void endsAsItShouldThoughServiceIsKilled(String service) throws Exception {
    runAndKill(List.of(service));
  }

  @Test
  @EnabledIfSystemProperty(named = "oml.soak", matches = "true")
  void theWholeCastEndsAsItShould() throws Exception {
    LocalPlatform platform =
        new LocalPlatform(PlatformSettings.of(ROOT, home).withPorts(Ports.free()));
    try {
      Demo.Cast cast = Demo.Cast.ALL;
      DemoReport report =
          new Demo(platform, SEED, cast, new Steps(System.err, true, cast.steps())).run();
      assertThat(report.endedCorrectly()).as(report.table()).isTrue();
      new Foundation(platform, OptionalLong.of(SEED), true).startServicesAndDashboard();
      assertDashboardSuitsABrowser(platform, RealRun.PANEL);
    } finally {
      platform.down();
    }
  }

  private void runAndKill(List<String> services) throws Exception {
    LocalPlatform platform =
        new LocalPlatform(PlatformSettings.of(ROOT, home).withPorts(Ports.free()));
    CountDownLatch traffic = new CountDownLatch(1);
    Steps steps = new Steps(watching(traffic), true, Demo.Cast.PAIR.steps());
    try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> killing =
          background.submit(
              () -> {
                assertThat(traffic.await(5, TimeUnit.MINUTES)).isTrue();
                for (String service : services) {
                  platform.supervisor().kill9(service);
                  startAgain(platform, service);
                }
                return null;
              });
      DemoReport report = new Demo(platform, SEED, Demo.Cast.PAIR, steps).run();
      killing.get(2, TimeUnit.MINUTES);
      assertThat(report.endedCorrectly()).as(report.table()).isTrue();
      assertThat(report.hosts().get(0).queries())
          .as("answers to the honest host's users and to its audit")
          .isPositive();
      DashboardVisit visit = assertDashboardShows(platform);
      assertDashboardSuitsABrowser(platform);
      assertNothingShowsASecret(platform, visit);
      assertGoesOnFromABackup(platform);
      assertVerificationFindsWhatIsTamperedWith(platform);
    } finally {
      platform.down();
    }
  }

  /** Left out without a Chromium, as the dashboard's own tests say. */
  private static void assertDashboardSuitsABrowser(LocalPlatform platform, String... furtherKinds)
      throws Exception {
    Optional<Path> chromium = Chromium.installed();
    if (chromium.isPresent()) {
      PlatformSettings settings = platform.settings();
      boolean soak = Boolean.getBoolean("oml.soak");
      RealRun run =
          new RealRun(
              Services.url(settings.ports().dashboard()),
              SecretFile.readOrDraw(settings.secrets().resolve("dashboard.password")),
              soak ? 2 : 1,
              furtherKinds);
      List<ColorScheme> schemes =
          soak ? List.of(ColorScheme.LIGHT, ColorScheme.DARK) : List.of(ColorScheme.LIGHT);
      assertThat(run.findings(chromium.get(), schemes)).isEmpty();
    }
  }

  /** Each page has what the run left behind, and no part of any has nothing to say for itself. */
  private static DashboardVisit assertDashboardShows(LocalPlatform platform) throws Exception {
    new Foundation(platform, OptionalLong.of(SEED)).startServicesAndDashboard();
    DashboardVisit visit = DashboardVisit.signIn(platform);
    assertThat(visit.page("/")).contains("data-live=\"permits-a-second\"", "convicted");
    assertThat(visit.page("/hosts")).contains("active", "suspended");
    assertThat(visit.page(visit.first("/hosts", "/hosts/0x[0-9a-fA-F]{40}")))
        .contains("data-chart=", "uses with permit");
    assertThat(visit.page("/permits")).contains("charged", "data-chart=");
    assertThat(visit.page(visit.first("/permits", "/permits/0x[0-9a-f]{64}/[0-9]+")))
        .contains("both agree");
    assertThat(visit.page("/models")).contains("oml/box");
    assertThat(visit.page("/models/oml/box")).contains("published", "main");
    assertThat(visit.page("/training")).contains("done");
    assertThat(visit.page(visit.first("/training", "/training/[0-9a-f-]{36}")))
        .contains("fingerprints learnt", "data-chart=");
    assertThat(visit.page("/audits")).contains("uses without permit");
    assertThat(visit.page("/cases")).contains("convicted");
    String penaltyCase = visit.first("/cases", "/cases/[0-9a-f-]{36}");
    assertThat(visit.page(penaltyCase))
        .contains("confirmation", "Download the dossier", "begins as fingerprint");
    assertThat(visit.page(penaltyCase + "/dossier")).contains("\"version\"");
    assertThat(visit.page("/governance")).contains("100 %", "Nothing was proposed yet.");
    assertThat(visit.page("/log")).contains("signed in");
    return visit;
  }

  /** Elsewhere, on other ports, while the first platform runs. */
  private void assertGoesOnFromABackup(LocalPlatform platform) throws Exception {
    Path backup = another.resolve("backup");
    Path elsewhere = another.resolve("restored");
    new Backup(platform, part -> {}).to(backup);
    Restoration.restore(backup, elsewhere);
    LocalPlatform restored =
        new LocalPlatform(PlatformSettings.of(ROOT, elsewhere).withPorts(Ports.free()));
    try {
      Foundation foundation = new Foundation(restored, OptionalLong.of(SEED));
      foundation.start();
      foundation.startServices();
      StringBuilder said = new StringBuilder();
      assertThat(verify(elsewhere, said)).as(said.toString()).isZero();
      assertThat(said).contains("CHARGED  yes");
      assertThat(run(elsewhere, said, "doctor")).as(said.toString()).isZero();
      restored.supervisor().kill9("permission");
      Files.setPosixFilePermissions(
          restored.settings().secrets().resolve("registry.password"),
          PosixFilePermissions.fromString("rw-r--r--"));
      said.setLength(0);
      assertThat(run(elsewhere, said, "doctor")).isEqualTo(1);
      assertThat(said)
          .containsPattern("wrong +permission +Died")
          .containsPattern("wrong +secrets +Others can read .*registry.password");
    } finally {
      restored.down();
    }
  }

  private static void assertVerificationFindsWhatIsTamperedWith(LocalPlatform platform)
      throws Exception {
    Path home = platform.settings().home();
    StringBuilder said = new StringBuilder();
    assertThat(verify(home, said)).as(said.toString()).isZero();
    assertThat(tamper(platform, "update epoch_charge set amount = amount + 1 where epoch = 1"))
        .isPositive();
    said.setLength(0);
    assertThat(verify(home, said)).as(said.toString()).isEqualTo(1);
    assertThat(said).contains("epoch 1 of 0x", "the stored epoch charges 0x");
    assertThat(tamper(platform, "update epoch_charge set amount = amount - 1 where epoch = 1"))
        .isPositive();
    assertThat(
            tamper(
                platform,
                "update permit set price = price - 1 where serial = (select min(serial) from permit)"))
        .isEqualTo(1);
    said.setLength(0);
    assertThat(verify(home, said)).as(said.toString()).isEqualTo(1);
    assertThat(said).contains("epoch 1 of 0x", "root: the ledger's is", "that of the chain");
  }

  private static int verify(Path home, StringBuilder said) throws Exception {
    return run(home, said, "epochs", "verify");
  }

  private static int run(Path home, StringBuilder said, String... verb) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Doml.root=" + ROOT,
                "-cp",
                System.getProperty("java.class.path"),
                "org.oml.cli.Oml"));
    command.addAll(List.of(verb));
    command.addAll(List.of("--home", home.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    said.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    return process.waitFor();
  }

  private static int tamper(LocalPlatform platform, String sql) throws Exception {
    try (Connection database =
            DriverManager.getConnection(
                platform.database().url(),
                "permission",
                SecretFile.readOrDraw(platform.database().passwordFile("permission")));
        Statement statement = database.createStatement()) {
      statement.execute("set search_path = permission");
      return statement.executeUpdate(sql);
    }
  }

  /** As the keeper does: the chain's state is mended first. */
  private static void startAgain(LocalPlatform platform, String service) {
    switch (service) {
      case "chain" -> platform.chain().start();
      case "postgres" -> platform.database().start();
      default -> platform.supervisor().start(service);
    }
  }

  /** A terminal on which one waits for the users' step. */
  private static PrintStream watching(CountDownLatch traffic) {
    StringBuilder seen = new StringBuilder();
    return new PrintStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
            if (traffic.getCount() > 0 && seen.append(text).indexOf(Demo.TRAFFIC) >= 0) {
              traffic.countDown();
            }
            System.err.print(text);
          }
        },
        true,
        StandardCharsets.UTF_8);
  }

  private static void assertEndsAsItShould(JsonNode report) {
    JsonNode honest = report.required("hosts").required(0);
    JsonNode freeloader = report.required("hosts").required(1);
    assertThat(honest.required("name").asString()).isEqualTo("honest");
    assertThat(honest.required("verdict").asString()).isEqualTo("USES_WITH_PERMIT");
    assertThat(honest.required("permits").asLong())
        .as("a permit for each query")
        .isEqualTo(honest.required("queries").asLong());
    assertThat(stake(honest, "stakeAfter")).isEqualTo(stake(honest, "stakeBefore"));
    assertThat(honest.required("transactions").isEmpty()).isTrue();
    assertThat(freeloader.required("verdict").asString()).isEqualTo("USES_WITHOUT_PERMIT");
    assertThat(freeloader.required("permits").asLong()).isZero();
    assertThat(freeloader.required("keysAnswered").asLong()).isPositive();
    assertThat(stake(freeloader, "stakeAfter")).isLessThan(stake(freeloader, "stakeBefore"));
    assertThat(freeloader.required("transactions").size()).isGreaterThanOrEqualTo(3);
    long charged = 0;
    for (JsonNode epoch : report.required("epochs")) {
      assertThat(epoch.required("state").asString()).isEqualTo("CHARGED");
      assertThat(epoch.required("differences").isEmpty()).as(epoch.toString()).isTrue();
      charged += epoch.required("permits").asLong();
    }
    assertThat(charged)
        .as("every permit on chain once")
        .isEqualTo(honest.required("permits").asLong());
  }

  private static BigInteger stake(JsonNode host, String when) {
    return new BigInteger(host.required(when).asString());
  }

  /** A search that lost its secrets, or cannot see them, would find nothing. */
  private static PlatformSecrets secretsOf(Path platformHome) throws IOException {
    PlatformSecrets secrets = PlatformSecrets.of(platformHome);
    assertThat(secrets.size()).isGreaterThan(30);
    assertThat(secrets.shown())
        .allSatisfy(form -> assertThat(secrets.shownBy("x" + form + "y")).isNotEmpty());
    return secrets;
  }

  /** While the platform runs: its vault is open, and its processes are there to be looked at. */
  private static void assertNothingShowsASecret(LocalPlatform platform, DashboardVisit visit)
      throws Exception {
    Path home = platform.settings().home();
    PlatformSecrets secrets = secretsOf(home);
    assertThat(new VaultContents(platform).addTo(secrets)).isEqualTo(FINGERPRINTS);
    assertThat(visit.addTo(secrets)).as("secrets of the dashboard").isGreaterThanOrEqualTo(7);
    assertThat(
            secrets.shownByFiles(
                List.of(platform.settings().logs(), home.resolve("dashboard/admins.log"))))
        .isEmpty();
    assertThat(secrets.shownByProcesses(home)).isEmpty();
  }
}
