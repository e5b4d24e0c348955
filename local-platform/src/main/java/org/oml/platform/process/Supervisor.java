package org.oml.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.Ports;
import org.oml.protocol.CodedException;

/**
 * Starts, knows again and stops the processes of one platform. They run in sessions of their own
 * and outlive whoever started them; what is to be known of them stands in {@code platform.json}, so
 * any number of commands, one after the other or at once, see the same platform.
 */
public final class Supervisor {

  /**
   * Marks every process of a platform, so that those which the state has lost are found as well.
   */
  static final String HOME_VARIABLE = "OML_PLATFORM_HOME";

  private static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CACHE_HOME");
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final long POLL_MILLIS = 50;

  private final PlatformSettings settings;
  private final StateFile state;
  private final Duration grace;

  public Supervisor(PlatformSettings settings) {
    this(settings, GRACE);
  }

  /**
   * @param grace how long a process may take to stop before it is killed
   */
  Supervisor(PlatformSettings settings, Duration grace) {
    this.settings = settings;
    this.grace = grace;
    this.state = new StateFile(settings);
  }

  /** The ports that the platform of this home was started with last. */
  public static Optional<Ports> portsOf(PlatformSettings settings) {
    return new StateFile(settings).ports();
  }

  /**
   * Starts a process unless it already runs exactly so; one that runs otherwise is stopped first.
   * Does not wait for its health.
   *
   * @throws CodedException {@link PlatformError#PORT_TAKEN} if a stranger listens on its port
   */
  public void launch(ManagedProcess process) {
    state.change(
        processes -> {
          ProcessRecord known = processes.get(process.name());
          if (known != null && known.alive()) {
            if (known.process().equals(process)) {
              processes.put(
                  process.name(),
                  new ProcessRecord(
                      process, true, known.identity(), known.startedAt(), known.restarts()));
              return null;
            }
            end(List.of(known));
          }
          int restarts = known == null ? 0 : known.restarts();
          processes.put(
              process.name(), spawn(new ProcessRecord(process, true, null, null, restarts)));
          return null;
        });
  }

  /** Launches a process and waits until it is healthy. */
  public void start(ManagedProcess process) {
    launch(process);
    awaitHealthy(process.name());
  }

  /**
   * Launches processes together and waits until all are healthy; the first that fails ends the
   * waiting.
   */
  public void startAll(Collection<ManagedProcess> processes) {
    processes.forEach(this::launch);
    processes.forEach(process -> awaitHealthy(process.name()));
  }

  /** Starts a known process again, as it was described last, and waits until it is healthy. */
  public void start(String name) {
    relaunch(name, true);
    awaitHealthy(name);
  }

  /**
   * Starts a known process if it should run and does not; answers whether it was so. Does not wait.
   */
  boolean relaunchIfDied(String name) {
    return relaunch(name, false);
  }

  private boolean relaunch(String name, boolean evenIfStopped) {
    return state.change(
        processes -> {
          ProcessRecord known = processes.get(name);
          if (known == null) {
            throw unknown(name);
          }
          if (known.alive() || (!known.wanted() && !evenIfStopped)) {
            return false;
          }
          ProcessRecord again = evenIfStopped ? known : known.restarted();
          processes.put(name, spawn(again));
          return true;
        });
  }

  /** Waits until a process is healthy by its own description. */
  public void awaitHealthy(String name) {
    awaitHealthy(name, HealthCheck.of(known(name).process()));
  }

  /**
   * Waits until a check says that a process is healthy, for as long as its description allows.
   *
   * @throws CodedException {@link PlatformError#PROCESS_DIED} or {@link
   *     PlatformError#PROCESS_NOT_READY}, with the last lines of its log
   */
  public void awaitHealthy(String name, HealthCheck check) {
    ManagedProcess process = known(name).process();
    long deadline = System.nanoTime() + process.patience().toNanos();
    while (true) {
      if (!known(name).alive()) {
        throw failed(PlatformError.PROCESS_DIED, process, "ended while it started");
      }
      if (check.healthy()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw failed(
            PlatformError.PROCESS_NOT_READY,
            process,
            "was not healthy after " + process.patience().toSeconds() + " s");
      }
      Waiting.millis(POLL_MILLIS);
    }
  }

  /** Whether a process of this name is known and runs. */
  public boolean isAlive(String name) {
    ProcessRecord known = state.read().get(name);
    return known != null && known.alive();
  }

  /**
   * Stops a process that turns out to do a known process's work without the state knowing of it.
   */
  public void endUnlessRecorded(String name, Optional<ProcessIdentity> running, String signal) {
    if (running.isEmpty()) {
      return;
    }
    ProcessRecord known = state.read().get(name);
    if (known == null || !running.get().equals(known.identity())) {
      signal(running.get(), signal);
      if (!awaitEnd(List.of(running.get()), grace)) {
        running.get().kill();
        awaitEnd(List.of(running.get()), grace);
      }
    }
  }

  /** Kills a process without warning; the state goes on saying that it should run. */
  public void kill9(String name) {
    ProcessIdentity identity = known(name).identity();
    if (identity != null) {
      identity.kill();
      awaitEnd(List.of(identity), grace);
    }
  }

  /** Stops a process in good order, and by force if it does not listen. */
  public void stop(String name) {
    state.change(
        processes -> {
          ProcessRecord known = processes.get(name);
          if (known == null) {
            throw unknown(name);
          }
          processes.put(name, known.unwanted());
          end(List.of(known));
          return null;
        });
  }

  /**
   * Stops everything that runs for this platform, the last tier first, also what the state does not
   * know.
   */
  public void stopAll() {
    state.change(
        processes -> {
          processes.replaceAll((name, known) -> known.unwanted());
          TreeMap<Tier, List<ProcessRecord>> tiers = new TreeMap<>();
          for (ProcessRecord known : processes.values()) {
            tiers.computeIfAbsent(known.process().tier(), tier -> new ArrayList<>()).add(known);
          }
          tiers.descendingMap().values().forEach(this::end);
          List<ProcessIdentity> strays =
              ProcessTable.markedWith(HOME_VARIABLE, settings.home().toString());
          strays.forEach(ProcessIdentity::kill);
          awaitEnd(strays, grace);
          return null;
        });
  }

  /** How every known process is doing, in the order of their first start. */
  public List<ProcessStatus> status() {
    return state.read().values().stream().map(this::status).toList();
  }

  /** The names of the processes that should run and do not. */
  List<String> died() {
    return state.read().values().stream()
        .filter(ProcessRecord::died)
        .map(known -> known.process().name())
        .toList();
  }

  /** Gives up on a process: it is no longer started again. */
  void abandon(String name) {
    state.change(processes -> processes.computeIfPresent(name, (key, known) -> known.unwanted()));
  }

  private ProcessStatus status(ProcessRecord known) {
    ManagedProcess process = known.process();
    Path log = settings.log(process.name());
    ProcessIdentity identity = known.identity();
    if (identity == null || !identity.alive()) {
      ProcessStatus.State why =
          known.wanted() ? ProcessStatus.State.DIED : ProcessStatus.State.STOPPED;
      return new ProcessStatus(process.name(), why, 0, process.port(), null, known.restarts(), log);
    }
    boolean healthy = HealthCheck.of(process).healthy();
    return new ProcessStatus(
        process.name(),
        healthy ? ProcessStatus.State.UP : ProcessStatus.State.UNHEALTHY,
        identity.pid(),
        process.port(),
        known.startedAt(),
        known.restarts(),
        log);
  }

  private ProcessRecord known(String name) {
    ProcessRecord known = state.read().get(name);
    if (known == null) {
      throw unknown(name);
    }
    return known;
  }

  private ProcessRecord spawn(ProcessRecord known) {
    ManagedProcess process = known.process();
    if (process.port() != 0 && !becomesFree(process.port())) {
      throw new CodedException(
          PlatformError.PORT_TAKEN,
          "%s needs port %d, where another program listens."
              .formatted(process.name(), process.port()));
    }
    ProcessLog log = new ProcessLog(settings.log(process.name()));
    log.prepare();
    // A session of its own: neither the end of the terminal nor its Ctrl-C reaches the process.
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(process.command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(settings.home().toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(INHERITED);
    environment.putAll(process.environment());
    environment.put(HOME_VARIABLE, settings.home().toString());
    try {
      long pid = builder.start().pid();
      ProcessIdentity identity =
          ProcessIdentity.of(pid)
              .orElseThrow(() -> failed(PlatformError.PROCESS_DIED, process, "ended at once"));
      return known.started(identity, Instant.now());
    } catch (IOException e) {
      throw new CodedException(
          PlatformError.PROGRAM_MISSING,
          "%s could not be started: %s".formatted(process.name(), e.getMessage()),
          e);
    }
  }

  /**
   * A process that was killed is gone some milliseconds before the last of its threads closes its
   * sockets.
   */
  private static boolean becomesFree(int port) {
    long deadline = System.nanoTime() + CLOSING.toNanos();
    while (!Ports.isFree(port)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Waiting.millis(POLL_MILLIS);
    }
    return true;
  }

  /** Asks all to stop, waits, and kills those that do not. */
  private void end(List<ProcessRecord> records) {
    List<ProcessIdentity> running = new ArrayList<>();
    for (ProcessRecord known : records) {
      ProcessIdentity identity = known.identity();
      if (identity != null && identity.alive()) {
        signal(identity, known.process().stopSignal());
        running.add(identity);
      }
    }
    if (!awaitEnd(running, grace)) {
      running.forEach(ProcessIdentity::kill);
      if (!awaitEnd(running, grace)) {
        throw new CodedException(
            PlatformError.PROCESS_IMMORTAL,
            "Still alive after SIGKILL: "
                + running.stream()
                    .filter(ProcessIdentity::alive)
                    .map(ProcessIdentity::pid)
                    .toList());
      }
    }
  }

  private static void signal(ProcessIdentity identity, String signal) {
    try {
      // The shell's own kill: the JDK can only send TERM and KILL, and kill(1) is not everywhere.
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + identity.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean awaitEnd(List<ProcessIdentity> processes, Duration bound) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (processes.stream().anyMatch(ProcessIdentity::alive)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Waiting.millis(POLL_MILLIS);
    }
    return true;
  }

  private CodedException failed(PlatformError error, ManagedProcess process, String what) {
    ProcessLog log = new ProcessLog(settings.log(process.name()));
    return new CodedException(
        error, "%s %s. The end of %s:%s".formatted(process.name(), what, log.file(), log.tail()));
  }

  private static CodedException unknown(String name) {
    return new CodedException(
        PlatformError.PROCESS_UNKNOWN, "The platform has no process named " + name + ".");
  }
}
