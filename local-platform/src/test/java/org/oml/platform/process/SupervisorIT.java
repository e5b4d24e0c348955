package org.oml.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.protocol.CodedException;

/** The supervisor with real processes. */
class SupervisorIT {

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir Path home;
  private PlatformSettings settings;
  private Supervisor supervisor;
  private int port;

  @BeforeEach
  void prepare() {
    settings = PlatformSettings.forTest(home, home);
    supervisor = new Supervisor(settings, Duration.ofSeconds(2));
    port = settings.ports().registry();
  }

  @AfterEach
  void stopEverything() {
    supervisor.stopAll();
  }

  @Test
  void startsAProcessAndStopsIt() {
    supervisor.start(server("service", port));

    ProcessStatus up = only();
    assertThat(up.state()).isEqualTo(ProcessStatus.State.UP);
    assertThat(up.port()).isEqualTo(port);
    assertThat(up.startedAt()).isBeforeOrEqualTo(Instant.now());
    assertThat(up.log()).content().contains("listening on " + port);

    supervisor.stop("service");
    assertThat(only().state()).isEqualTo(ProcessStatus.State.STOPPED);
    // Whoever reaps it may take a moment.
    ProcessHandle.of(up.pid())
        .ifPresent(stopped -> assertThat(stopped.onExit()).succeedsWithin(Duration.ofSeconds(10)));
  }

  @Test
  void leavesAProcessAloneThatRunsAsDescribed() {
    supervisor.start(server("service", port));
    long pid = only().pid();

    new Supervisor(settings).start(server("service", port));

    assertThat(only().pid()).isEqualTo(pid);
  }

  @Test
  void replacesAProcessThatIsDescribedOtherwiseNow() {
    supervisor.start(server("service", port));
    long pid = only().pid();

    supervisor.start(server("service", settings.ports().permission()));

    assertThat(only().pid()).isNotEqualTo(pid);
    assertThat(only().port()).isEqualTo(settings.ports().permission());
    assertThat(ProcessIdentity.of(pid)).isEmpty();
  }

  @Test
  void startsAKilledProcessAgain() {
    supervisor.start(server("service", port));
    long pid = only().pid();

    supervisor.kill9("service");
    assertThat(only().state()).isEqualTo(ProcessStatus.State.DIED);
    supervisor.start("service");

    assertThat(only().state()).isEqualTo(ProcessStatus.State.UP);
    assertThat(only().pid()).isNotEqualTo(pid);
  }

  @Test
  void watchesOverWhatShouldRunAndLeavesAloneWhatWasStopped() {
    supervisor.start(server("wanted", port));
    supervisor.start(server("stopped", settings.ports().permission()));
    supervisor.stop("stopped");
    List<String> reports = new CopyOnWriteArrayList<>();

    try (Watch watch = new Watch(supervisor, Map.of(), () -> {}, reports::add)) {
      assertThat(watch).isNotNull();
      supervisor.kill9("wanted");
      await(() -> named("wanted").state() == ProcessStatus.State.UP);
    }

    assertThat(named("wanted").restarts()).isEqualTo(1);
    assertThat(named("stopped").state()).isEqualTo(ProcessStatus.State.STOPPED);
    assertThat(reports).containsExactly("wanted had died and is started again.");
  }

  @Test
  void processesOutliveTheCommandThatStartedThem() throws Exception {
    Process command =
        new ProcessBuilder(
                JAVA.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                home.toString(),
                Integer.toString(settings.ports().base()))
            .inheritIO()
            .start();
    assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).isZero();

    assertThat(only().state()).isEqualTo(ProcessStatus.State.UP);
  }

  @Test
  void neverTakesAnotherProcessForTheOneThatItStarted() throws IOException {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      ProcessIdentity real = ProcessIdentity.of(stranger.pid()).orElseThrow();
      ProcessIdentity earlier = new ProcessIdentity(real.pid(), real.startTicks() - 1, real.boot());
      ProcessIdentity beforeTheBoot =
          new ProcessIdentity(real.pid(), real.startTicks(), "another boot");
      record(server("earlier", port), earlier);
      record(server("before-the-boot", port), beforeTheBoot);

      assertThat(supervisor.status())
          .extracting(ProcessStatus::state)
          .containsOnly(ProcessStatus.State.DIED);
      supervisor.kill9("earlier");
      supervisor.stopAll();

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void saysWhatAProcessSaidBeforeItDied() {
    // It never listens, so that whoever looks before it has ended does not take it for healthy.
    ManagedProcess broken =
        new ManagedProcess(
            "broken",
            Tier.SERVICE,
            List.of("sh", "-c", "echo the key file is missing; exit 3"),
            Map.of(),
            port,
            null,
            Duration.ofSeconds(30),
            "TERM");

    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> supervisor.start(broken))
        .satisfies(e -> assertThat(e.code()).isEqualTo(PlatformError.PROCESS_DIED))
        .withMessageContaining("the key file is missing");
  }

  @Test
  void doesNotWaitForEver() {
    ManagedProcess silent =
        new ManagedProcess(
            "silent",
            Tier.SERVICE,
            List.of("sleep", "60"),
            Map.of(),
            port,
            "/health",
            Duration.ofMillis(300),
            "TERM");

    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> supervisor.start(silent))
        .satisfies(e -> assertThat(e.code()).isEqualTo(PlatformError.PROCESS_NOT_READY));
  }

  @Test
  void refusesAPortWhereAStrangerListens() throws IOException {
    try (ServerSocket stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(CodedException.class)
          .isThrownBy(() -> supervisor.start(server("service", stranger.getLocalPort())))
          .satisfies(e -> assertThat(e.code()).isEqualTo(PlatformError.PORT_TAKEN));
    }
  }

  @Test
  void killsWhatDoesNotStopWhenAsked() throws IOException {
    supervisor.start(shell("stubborn", "trap '' TERM; echo trapped; while :; do sleep 0.1; done"));
    await(() -> read(settings.log("stubborn")).contains("trapped"));
    long pid = only().pid();

    supervisor.stop("stubborn");

    assertThat(ProcessIdentity.of(pid)).isEmpty();
  }

  @Test
  void stopsWhatTheStateHasLost() throws IOException {
    supervisor.start(server("service", port));
    long pid = only().pid();
    Files.delete(settings.state());

    new Supervisor(settings).stopAll();

    assertThat(ProcessIdentity.of(pid)).isEmpty();
  }

  @Test
  void handsNothingOfItsOwnEnvironmentOn() throws IOException {
    supervisor.start(
        new ManagedProcess(
            "environment",
            Tier.SERVICE,
            List.of("sh", "-c", "env; exec sleep 60"),
            Map.of("OML_TEST_VALUE", "given"),
            0,
            null,
            Duration.ofSeconds(10),
            "TERM"));

    await(() -> read(settings.log("environment")).contains("OML_TEST_VALUE=given"));
    assertThat(read(settings.log("environment")))
        .doesNotContain(
            System.getenv().keySet().stream()
                .filter(
                    variable ->
                        !variable.matches(
                            "PATH|HOME|USER|LOGNAME|LANG|LC_ALL|TZ|TMPDIR|XDG_CACHE_HOME|PWD|SHLVL|_|OLDPWD"))
                .map(variable -> "\n" + variable + "=")
                .toArray(String[]::new));
  }

  @Test
  void refusesAStateThatItDidNotWrite() throws IOException {
    Files.writeString(settings.state(), "{\"version\":1,");
    try {
      assertThatExceptionOfType(CodedException.class)
          .isThrownBy(supervisor::status)
          .satisfies(e -> assertThat(e.code()).isEqualTo(PlatformError.STATE_BROKEN));
    } finally {
      Files.delete(settings.state());
    }
  }

  static ManagedProcess server(String name, int port) {
    List<String> command =
        List.of(
            JAVA.toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            Path.of("target", "test-classes").toAbsolutePath().toString(),
            HealthyServer.class.getName(),
            Integer.toString(port));
    return new ManagedProcess(
        name, Tier.SERVICE, command, Map.of(), port, "/health", Duration.ofSeconds(60), "TERM");
  }

  private static ManagedProcess shell(String name, String script) {
    return new ManagedProcess(
        name,
        Tier.SERVICE,
        List.of("sh", "-c", script),
        Map.of(),
        0,
        null,
        Duration.ofSeconds(10),
        "TERM");
  }

  private void record(ManagedProcess process, ProcessIdentity identity) {
    new StateFile(settings)
        .change(
            all ->
                all.put(
                    process.name(), new ProcessRecord(process, true, identity, Instant.now(), 0)));
  }

  private ProcessStatus only() {
    assertThat(supervisor.status()).hasSize(1);
    return supervisor.status().getFirst();
  }

  private ProcessStatus named(String name) {
    return supervisor.status().stream()
        .filter(status -> status.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting").isLessThan(deadline);
      Waiting.millis(50);
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? "\n" + Files.readString(file) : "";
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
