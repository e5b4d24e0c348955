package org.oml.platform;

import java.nio.file.Path;
import java.time.Instant;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.Ports;
import org.oml.platform.process.JavaProgram;
import org.oml.platform.process.Tier;
import org.oml.platform.process.Watch;

/**
 * Watches over a platform that was started and left running, and restarts what dies, until it is
 * stopped itself.
 */
public final class KeeperApplication {

  private KeeperApplication() {}

  static JavaProgram program(PlatformSettings settings) {
    return JavaProgram.inBackground(
            "keeper", "local-platform", KeeperApplication.class.getName(), Tier.WATCH)
        .withJvmArguments("-Xmx64m")
        .withArguments(
            settings.root().toString(),
            settings.home().toString(),
            Integer.toString(settings.ports().base()));
  }

  /**
   * Runs until it is told to stop.
   *
   * @param arguments root, home and base port of the platform
   */
  public static void main(String[] arguments) throws InterruptedException {
    PlatformSettings settings =
        PlatformSettings.of(Path.of(arguments[0]), Path.of(arguments[1]))
            .withPorts(new Ports(Integer.parseInt(arguments[2])));
    LocalPlatform platform = new LocalPlatform(settings);
    try (Watch watch = platform.watch(line -> System.out.println(Instant.now() + " " + line))) {
      watch.join();
    }
  }
}
