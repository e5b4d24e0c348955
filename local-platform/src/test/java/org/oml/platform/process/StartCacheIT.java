package org.oml.platform.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.home.PlatformSettings;

/** The start-up cache with a real JVM. */
class StartCacheIT {

  private static final Path OWN_CLASSES = Path.of("target", "test-classes").toAbsolutePath();

  @TempDir Path home;

  @Test
  void isDumpedFromTheRunningProcessAndUsedByTheNext() throws Exception {
    PlatformSettings settings = PlatformSettings.forTest(home, home);
    Supervisor supervisor = new Supervisor(settings);
    Path jar = jar();
    StartCache cache =
        StartCache.of(settings.caches(), HealthyServer.class.getName(), List.of(jar));
    ManagedProcess process = process(jar, cache, settings.ports().registry());
    try {
      supervisor.start(process);
      Files.createDirectories(settings.caches());
      Path earlier = settings.caches().resolve("HealthyServer-0000000000000000.jsa");
      Files.writeString(earlier, "of an earlier build");
      ProcessIdentity identity =
          ProcessIdentity.of(supervisor.status().getFirst().pid()).orElseThrow();
      assertThat(StartCache.missing(process)).isTrue();

      StartCache.make(process, identity);

      assertThat(StartCache.missing(process)).isFalse();
      assertThat(cache.file()).isNotEmptyFile();
      assertThat(earlier).doesNotExist();
      assertThat(identity.alive()).isTrue();
      // The description is the same with and without the cache: nothing is restarted for its sake.
      supervisor.start(process);
      assertThat(supervisor.status().getFirst().pid()).isEqualTo(identity.pid());

      supervisor.stop(process.name());
      supervisor.start(process);
      long pid = supervisor.status().getFirst().pid();
      assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "maps")))
          .contains(cache.file().toString());
    } finally {
      supervisor.stopAll();
    }
  }

  @Test
  void isAnotherForAnotherBuild() throws Exception {
    Path jar = jar();
    StartCache before = StartCache.of(home, "Main", List.of(jar));
    assertThat(StartCache.of(home, "Main", List.of(jar))).isEqualTo(before);
    Files.write(jar, new byte[] {1}, java.nio.file.StandardOpenOption.APPEND);
    assertThat(StartCache.of(home, "Main", List.of(jar)).file()).isNotEqualTo(before.file());
    assertThat(StartCache.of(home, "Other", List.of(jar)).file()).isNotEqualTo(before.file());
  }

  private Path jar() throws IOException, InterruptedException {
    Path jar = home.resolve("program.jar");
    Process packing =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                "cf",
                jar.toString(),
                "-C",
                OWN_CLASSES.toString(),
                HealthyServer.class.getName().replace('.', '/') + ".class")
            .inheritIO()
            .start();
    assertThat(packing.waitFor()).isZero();
    return jar;
  }

  private static ManagedProcess process(Path jar, StartCache cache, int port) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            jar.toString(),
            HealthyServer.class.getName(),
            Integer.toString(port));
    return new ManagedProcess(
        "service",
        Tier.SERVICE,
        command,
        Map.of(),
        port,
        "/health",
        Duration.ofSeconds(60),
        "TERM",
        cache.file().toString());
  }
}
