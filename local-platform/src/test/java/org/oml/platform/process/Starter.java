package org.oml.platform.process;

import java.nio.file.Path;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.Ports;

/** A command that starts a service and ends, as {@code ./oml up} does. */
public final class Starter {

  private Starter() {}

  public static void main(String[] arguments) {
    Path home = Path.of(arguments[0]);
    PlatformSettings settings =
        PlatformSettings.of(home, home).withPorts(new Ports(Integer.parseInt(arguments[1])));
    new Supervisor(settings).start(SupervisorIT.server("service", settings.ports().registry()));
  }
}
