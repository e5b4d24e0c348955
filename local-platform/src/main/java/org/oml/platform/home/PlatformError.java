package org.oml.platform.home;

import org.oml.protocol.ErrorCode;

/** What can go wrong with a local platform. */
public enum PlatformError implements ErrorCode {
  SYSTEM_UNSUPPORTED("Run the platform on Linux x86-64 with glibc."),
  NOT_BUILT("Build the project with ./oml, or with mvn -DskipTests package."),
  PROGRAM_MISSING("Install what is named, then start again."),
  PORT_INVALID("Choose a base port from 1024 to 65000."),
  PORT_TAKEN("Stop the program that listens there, or choose others with ./oml up --base-port."),
  DATABASE_FAILED("Read the log that is named; .oml/postgres holds the data."),
  CHAIN_FAILED("Read the log that is named; .oml/chain holds the state."),
  PROCESS_DIED("Read the lines of its log above, mend the cause and start again."),
  PROCESS_NOT_READY(
      "Read the lines of its log above; on a busy machine start again with more patience."),
  PROCESS_UNKNOWN("List the platform's processes with ./oml status."),
  PROCESS_IMMORTAL("End the process by hand with kill -9, then run ./oml down again."),
  STATE_LOCKED("Another command works on this platform; wait until it has ended."),
  BACKUP_EXISTS("Name a directory that is not there yet."),
  BACKUP_NOTHING("Name the platform's directory with --home."),
  BACKUP_DAMAGED("Take another backup; this one is not what was written."),
  HOME_NOT_EMPTY("Restore into a directory that is not there yet, with --home."),
  STATE_BROKEN("Run ./oml down, remove platform.json and start again; data is kept.");

  private final String next;

  PlatformError(String next) {
    this.next = next;
  }

  @Override
  public String code() {
    return "PLATFORM_" + name();
  }

  @Override
  public String next() {
    return next;
  }

  @Override
  public int status() {
    return 500;
  }
}
