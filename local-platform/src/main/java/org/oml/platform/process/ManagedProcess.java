package org.oml.platform.process;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to start, ask and stop a process. It is stored in the platform's state so that any later
 * command can start it again, therefore it holds no secret: secrets are read from files that the
 * arguments name.
 *
 * @param name unique on the platform, lower case with hyphens; its log is {@code logs/NAME.log}
 * @param tier when it starts and stops
 * @param command program and arguments
 * @param environment variables besides {@code PATH}, {@code HOME}, {@code LANG} and the like;
 *     nothing else is inherited
 * @param port where it listens on the loopback address, 0 for nowhere
 * @param healthPath path that answers 200 once it can do its work, or null if listening is all that
 *     can be asked
 * @param patience how long it may take to become healthy
 * @param stopSignal the signal that asks it to stop in good order, such as {@code TERM}
 */
public record ManagedProcess(
    String name,
    Tier tier,
    List<String> command,
    Map<String, String> environment,
    int port,
    @Nullable String healthPath,
    Duration patience,
    String stopSignal) {

  public ManagedProcess {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("not a process name: " + name);
    }
    if (!stopSignal.matches("[A-Z]{2,6}")) {
      throw new IllegalArgumentException("not a signal: " + stopSignal);
    }
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** Where its health is asked, if it answers HTTP. */
  public @Nullable URI health() {
    return healthPath == null ? null : URI.create("http://127.0.0.1:" + port + healthPath);
  }
}
