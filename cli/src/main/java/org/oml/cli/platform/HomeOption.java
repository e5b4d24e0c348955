package org.oml.cli.platform;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.Ports;
import picocli.CommandLine.Option;

/** Which platform on this machine a verb is about. */
public final class HomeOption {

  @Option(
      names = "--home",
      description =
          "Directory of the platform's state (default: OML_HOME, or .oml in the project).")
  private @Nullable Path home;

  /** The project's root directory, where the built modules are. */
  public static Path root() {
    return Path.of(System.getProperty("oml.root", "")).toAbsolutePath();
  }

  public Path home() {
    if (home != null) {
      return home;
    }
    String named = System.getenv("OML_HOME");
    return named == null ? root().resolve(".oml") : Path.of(named);
  }

  public LocalPlatform platform() {
    return LocalPlatform.in(root(), home());
  }

  /** The platform of this home, on ports of its own. */
  LocalPlatform platformOn(Ports ports) {
    return new LocalPlatform(PlatformSettings.of(root(), home()).withPorts(ports));
  }
}
