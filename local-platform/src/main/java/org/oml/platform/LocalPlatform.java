package org.oml.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.oml.platform.database.PostgresServer;
import org.oml.platform.devchain.DevChain;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SupportedSystem;
import org.oml.platform.process.JavaProgram;
import org.oml.platform.process.ManagedProcess;
import org.oml.platform.process.ProcessStatus;
import org.oml.platform.process.Supervisor;
import org.oml.platform.process.Watch;

/**
 * A whole platform on one machine: a database, a chain and the services, each a process that
 * outlives the command which started it. Any number of objects, in any number of JVMs, may stand
 * for the same platform.
 */
public final class LocalPlatform {

  private final PlatformSettings settings;
  private final Supervisor supervisor;
  private final PostgresServer database;
  private final DevChain chain;

  public LocalPlatform(PlatformSettings settings) {
    this.settings = settings;
    this.supervisor = new Supervisor(settings);
    this.database = new PostgresServer(settings, supervisor);
    this.chain = new DevChain(settings, supervisor);
  }

  /**
   * The platform of this home: on the ports that it was started with last, at first on those of the
   * conventions.
   */
  public static LocalPlatform in(Path root, Path home) {
    PlatformSettings settings = PlatformSettings.of(root, home);
    return new LocalPlatform(
        Supervisor.portsOf(settings).map(settings::withPorts).orElse(settings));
  }

  /**
   * Starts database and chain, or finds them running.
   *
   * @throws org.oml.protocol.CodedException a {@link org.oml.platform.home.PlatformError}
   */
  public void startFoundation() {
    SupportedSystem.require();
    makeHome();
    chain.start();
    database.start();
  }

  /** Starts programs together, or finds them running, and waits until all are healthy. */
  public void start(Collection<JavaProgram> programs) {
    List<ManagedProcess> processes =
        programs.stream().map(program -> program.resolve(settings)).toList();
    supervisor.startAll(processes);
  }

  /** Starts one program, or finds it running, and waits until it is healthy. */
  public void start(JavaProgram program) {
    start(List.of(program));
  }

  /**
   * Starts the process that restarts whatever dies from now on, also after this JVM has ended;
   * {@link #down} ends it.
   */
  public void keepUp() {
    supervisor.start(KeeperApplication.program(settings).resolve(settings));
  }

  /**
   * Restarts whatever dies until the answer is closed.
   *
   * @param report told what is done, a sentence at a time
   */
  public Watch watch(Consumer<String> report) {
    return new Watch(supervisor, Map.of(DevChain.NAME, chain::mend), chain::keepCopy, report);
  }

  /** How every process is doing, in the order of their first start. */
  public List<ProcessStatus> status() {
    return supervisor.status();
  }

  /** Stops everything; data is kept. Returns when no process is left. */
  public void down() {
    supervisor.stopAll();
  }

  public PlatformSettings settings() {
    return settings;
  }

  public PostgresServer database() {
    return database;
  }

  public DevChain chain() {
    return chain;
  }

  public Supervisor supervisor() {
    return supervisor;
  }

  private void makeHome() {
    try {
      var owner =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      for (Path directory :
          List.of(settings.home(), settings.keys(), settings.secrets(), settings.logs())) {
        Files.createDirectories(directory, owner);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
