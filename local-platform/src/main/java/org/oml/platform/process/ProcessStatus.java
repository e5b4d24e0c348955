package org.oml.platform.process;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a process is doing.
 *
 * @param name its name
 * @param state what it is doing
 * @param pid its process id, 0 if it does not run
 * @param port where it listens, 0 for nowhere
 * @param startedAt when it was started, null if it does not run
 * @param restarts how often it was started again because it had died
 * @param log its log file
 */
public record ProcessStatus(
    String name,
    State state,
    long pid,
    int port,
    @Nullable Instant startedAt,
    int restarts,
    Path log) {

  /** What a process is doing. */
  public enum State {
    /** Runs and is healthy. */
    UP,
    /** Runs and is not, or not yet, healthy. */
    UNHEALTHY,
    /** Should run and does not. */
    DIED,
    /** Was stopped. */
    STOPPED
  }
}
