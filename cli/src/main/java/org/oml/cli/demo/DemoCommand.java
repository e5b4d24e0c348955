package org.oml.cli.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.cli.platform.HomeOption;
import org.oml.cli.platform.Services;
import org.oml.cli.terminal.Steps;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.Ports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** {@code ./oml demo}: the whole loop, and a table of how it ended. */
@Command(
    name = "demo",
    description =
        "Run the whole loop on this machine: hosts that pay and hosts that do not, up to the slash.")
public final class DemoCommand implements Callable<Integer> {

  private static final int SEED_BOUND = 1_000_000;

  @Option(
      names = "--seed",
      description = "Repeats a run: the same keys, choices and verdicts (default: drawn).")
  private @Nullable Long seed;

  @Option(
      names = "--all",
      description =
          "Besides an honest host and a freeloader: one whose weights a pirate serves, one that signs"
              + " no receipts, panels of nine provers for both, and one that is honest and"
              + " unreliable. Some five times as long.")
  private boolean all;

  @Option(names = "--keep", description = "Leave the platform up.")
  private boolean keep;

  @Option(names = "--json", description = "How it ended as one JSON object on stdout.")
  private boolean json;

  @Option(
      names = "--home",
      description = "Directory of its state, emptied first (default: .oml/demo in the project).")
  private @Nullable Path home;

  @Override
  public Integer call() throws Exception {
    long drawn = seed != null ? seed : new SecureRandom().nextInt(SEED_BOUND);
    LocalPlatform platform = emptyPlatform();
    Thread stop = new Thread(platform::down);
    Runtime.getRuntime().addShutdownHook(stop);
    Demo.Cast cast = all ? Demo.Cast.ALL : Demo.Cast.PAIR;
    Steps steps = Steps.onStandardError(cast.steps());
    System.err.printf("Seed %d. State and logs: %s%n%n", drawn, platform.settings().home());
    DemoReport report = new Demo(platform, drawn, cast, steps).run();
    System.err.printf("%n%s%n", report.table());
    System.err.println(report.summary());
    if (json) {
      System.out.println(new ObjectMapper().writeValueAsString(report.json()));
    }
    if (keep) {
      Runtime.getRuntime().removeShutdownHook(stop);
      platform.keepUp();
      tellWhatIsUp(platform);
    }
    System.err.printf("Took %d s.%n", steps.elapsed().toSeconds());
    return report.endedCorrectly() ? 0 : 1;
  }

  private static void tellWhatIsUp(LocalPlatform platform) {
    PlatformSettings settings = platform.settings();
    System.err.printf(
        "The platform is left up. Honest host: %s  Stop it with './oml down --home %s'.%n",
        Services.url(settings.ports().gateway(0)), settings.home());
  }

  private LocalPlatform emptyPlatform() throws Exception {
    Path directory = home != null ? home : HomeOption.root().resolve(".oml/demo");
    if (Files.exists(directory)) {
      LocalPlatform.in(HomeOption.root(), directory).down();
      deleteState(directory);
    }
    return new LocalPlatform(
        PlatformSettings.of(HomeOption.root(), directory).withPorts(Ports.free()));
  }

  private static void deleteState(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
