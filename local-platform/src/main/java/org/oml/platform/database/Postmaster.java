package org.oml.platform.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.oml.platform.process.ProcessIdentity;

/**
 * What a data directory's {@code postmaster.pid} says: who serves it, and whether it accepts
 * connections.
 */
record Postmaster(Path data) {

  private static final int PID_LINE = 0;
  private static final int STATUS_LINE = 7;

  /** Whether the server that runs on this directory accepts connections. */
  boolean ready() {
    List<String> lines = lines();
    return lines.size() > STATUS_LINE
        && lines.get(STATUS_LINE).strip().equals("ready")
        && running().isPresent();
  }

  /** The server that runs on this directory. */
  Optional<ProcessIdentity> running() {
    List<String> lines = lines();
    if (lines.isEmpty() || !lines.get(PID_LINE).strip().matches("[0-9]+")) {
      return Optional.empty();
    }
    long pid = Long.parseLong(lines.get(PID_LINE).strip());
    return ProcessIdentity.of(pid).filter(identity -> serves(pid));
  }

  /**
   * After a reboot the file may name a process that is somebody else's, and PostgreSQL would not
   * dare to start.
   */
  void forgetIfStale() {
    if (running().isEmpty() && namesAForeignProcess()) {
      try {
        Files.deleteIfExists(file());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private boolean namesAForeignProcess() {
    List<String> lines = lines();
    return !lines.isEmpty()
        && lines.get(PID_LINE).strip().matches("[0-9]+")
        && ProcessIdentity.of(Long.parseLong(lines.get(PID_LINE).strip())).isPresent();
  }

  private boolean serves(long pid) {
    try {
      String command =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
      return command.contains("postgres") && command.contains("\0" + data + "\0");
    } catch (IOException gone) {
      return false;
    }
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file());
    } catch (IOException none) {
      return List.of();
    }
  }

  private Path file() {
    return data.resolve("postmaster.pid");
  }
}
