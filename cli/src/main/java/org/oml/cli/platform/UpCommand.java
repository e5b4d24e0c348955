package org.oml.cli.platform;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.oml.cli.terminal.Steps;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.Ports;
import org.oml.protocol.Bytes32;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./oml up}: a whole platform on this machine, left running. */
@Command(name = "up", description = "Start a whole platform on this machine and leave it running.")
public final class UpCommand implements Callable<Integer> {

  @Mixin private HomeOption home = new HomeOption();

  @Option(
      names = "--base-port",
      description =
          "First of the platform's ports (default: those it was started with last, at first 7500).")
  private @Nullable Integer basePort;

  @Option(
      names = "--fingerprints",
      defaultValue = "32",
      description = "fingerprints of each instance that is made (${DEFAULT-VALUE})")
  private int fingerprints = InstanceKeys.FOR_AUDITS.count();

  @Option(
      names = "--symbols",
      defaultValue = "0",
      description =
          "2 to 16: instances share their keys by a tracing code with so many responses, so that"
              + " './oml trace URL' finds whose copy is served there; 0: each has keys of its own"
              + " (${DEFAULT-VALUE}). Say it at each start")
  private int symbols = InstanceKeys.FOR_AUDITS.symbols();

  @Override
  public Integer call() throws Exception {
    LocalPlatform platform =
        basePort == null ? home.platform() : home.platformOn(new Ports(basePort));
    Foundation foundation =
        new Foundation(platform, new InstanceKeys(fingerprints, symbols, false));
    Steps steps = Steps.onStandardError(5);
    steps.step("Database and chain", () -> run(foundation::start));
    steps.step("Contracts", () -> foundation.deploy(steps::detail));
    Bytes32 modelId =
        steps.step("Model " + Foundation.MODEL + " and its terms on chain", foundation::register);
    steps.step(
        "Registry, permission service, prover, worker, dashboard",
        () -> run(foundation::startServicesAndDashboard));
    steps.step("Base model in the registry", () -> publish(foundation, modelId));
    platform.keepUp();
    System.err.printf(
        "%nUp in %d s. Dashboard: %s, its password is in %s%nStop with './oml down', look with './oml status'.%n",
        steps.elapsed().toSeconds(),
        Services.url(platform.settings().ports().dashboard()),
        Services.dashboardPassword(platform.settings()));
    return 0;
  }

  private static int publish(Foundation foundation, Bytes32 modelId) throws Exception {
    foundation.publish(modelId);
    return 0;
  }

  private static int run(Runnable work) {
    work.run();
    return 0;
  }
}
