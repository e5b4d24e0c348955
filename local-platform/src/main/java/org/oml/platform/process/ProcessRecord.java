package org.oml.platform.process;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the platform's state says of a process.
 *
 * @param process how it is started
 * @param wanted whether it should run: a process that is wanted and does not run has died
 * @param identity the process started last, or null before the first start
 * @param startedAt when that was
 * @param restarts how often it was started again because it had died
 */
record ProcessRecord(
    ManagedProcess process,
    boolean wanted,
    @Nullable ProcessIdentity identity,
    @Nullable Instant startedAt,
    int restarts) {

  boolean alive() {
    return identity != null && identity.alive();
  }

  boolean died() {
    return wanted && !alive();
  }

  ProcessRecord started(ProcessIdentity as, Instant when) {
    return new ProcessRecord(process, true, as, when, restarts);
  }

  ProcessRecord restarted() {
    return new ProcessRecord(process, wanted, identity, startedAt, restarts + 1);
  }

  ProcessRecord unwanted() {
    return new ProcessRecord(process, false, identity, startedAt, restarts);
  }
}
