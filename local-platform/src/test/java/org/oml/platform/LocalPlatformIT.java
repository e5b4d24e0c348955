package org.oml.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.database.PostgresServer;
import org.oml.platform.devchain.DevChain;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.ProcessStatus;
import org.oml.platform.process.Waiting;

/** Whole platforms, as the command line runs them. */
class LocalPlatformIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path first;
  @TempDir Path second;

  @Test
  void twoPlatformsStandSideBySideAndLeaveNothingBehind() throws IOException {
    LocalPlatform one = new LocalPlatform(PlatformSettings.forTest(ROOT, first));
    LocalPlatform other = null;
    try {
      one.startFoundation();
      other = new LocalPlatform(PlatformSettings.forTest(ROOT, second));
      other.startFoundation();

      assertThat(one.status())
          .extracting(ProcessStatus::state)
          .containsOnly(ProcessStatus.State.UP)
          .hasSize(2);
      assertThat(other.status())
          .extracting(ProcessStatus::state)
          .containsOnly(ProcessStatus.State.UP)
          .hasSize(2);

      one.down();
      assertThat(processesThatName(first)).isEmpty();
      assertThat(other.status())
          .extracting(ProcessStatus::state)
          .containsOnly(ProcessStatus.State.UP);
    } finally {
      one.down();
      if (other != null) {
        other.down();
      }
    }
    assertThat(processesThatName(second)).isEmpty();
  }

  @Test
  void theKeeperRestartsWhatDies() throws IOException {
    LocalPlatform platform = new LocalPlatform(PlatformSettings.forTest(ROOT, first));
    try {
      platform.startFoundation();
      platform.keepUp();
      for (String name : List.of(DevChain.NAME, PostgresServer.NAME)) {
        long killed = status(platform, name).pid();
        platform.supervisor().kill9(name);
        awaitUpAgain(platform, name, killed);
      }
      // A second `up` finds everything as it is.
      List<ProcessStatus> before = platform.status();
      platform.startFoundation();
      platform.keepUp();
      assertThat(platform.status()).isEqualTo(before);
    } finally {
      platform.down();
    }
    assertThat(processesThatName(first)).isEmpty();
    assertThat(platform.status())
        .extracting(ProcessStatus::state)
        .containsOnly(ProcessStatus.State.STOPPED);
  }

  @Test
  void aLaterCommandFindsThePlatformOnThePortsThatItHas() {
    PlatformSettings settings = PlatformSettings.forTest(ROOT, first);
    LocalPlatform platform = new LocalPlatform(settings);
    try {
      platform.chain().start();
      LocalPlatform later = LocalPlatform.in(ROOT, first);
      assertThat(later.settings().ports()).isEqualTo(settings.ports());
      assertThat(later.status())
          .extracting(ProcessStatus::state)
          .containsOnly(ProcessStatus.State.UP);
      later.down();
      assertThat(platform.status())
          .extracting(ProcessStatus::state)
          .containsOnly(ProcessStatus.State.STOPPED);
    } finally {
      platform.down();
    }
  }

  private static void awaitUpAgain(LocalPlatform platform, String name, long killed) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (status(platform, name).state() != ProcessStatus.State.UP
        || status(platform, name).pid() == killed) {
      assertThat(System.nanoTime()).as("waiting for " + name).isLessThan(deadline);
      Waiting.millis(100);
    }
  }

  private static ProcessStatus status(LocalPlatform platform, String name) {
    return platform.status().stream()
        .filter(status -> status.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Every process, of whatever parent, whose command line or environment names the directory. */
  private static List<String> processesThatName(Path directory) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        String text = read(entry.resolve("cmdline")) + read(entry.resolve("environ"));
        if (!entry.endsWith(Long.toString(ProcessHandle.current().pid()))
            && text.contains(directory.toString())) {
          found.add(text.replace('\0', ' '));
        }
      }
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
