package org.oml.platform.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process that is never mistaken for another one which got the same number later: process id,
 * start time and boot. A process that has ended and only waits for its parent counts as dead.
 *
 * @param pid the process id
 * @param startTicks when it started, in clock ticks since boot (field 22 of {@code /proc/PID/stat},
 *     proc(5))
 * @param boot the kernel's id of the boot
 */
public record ProcessIdentity(long pid, long startTicks, String boot) {

  private static final Pattern SPACE = Pattern.compile(" ");
  private static final int STATE = 0;
  private static final int START = 19;

  /** The process that runs with this id now, if one does. */
  public static Optional<ProcessIdentity> of(long pid) {
    List<String> fields = stat(pid);
    if (fields.size() <= START || fields.get(STATE).equals("Z") || fields.get(STATE).equals("X")) {
      return Optional.empty();
    }
    return Optional.of(new ProcessIdentity(pid, Long.parseLong(fields.get(START)), currentBoot()));
  }

  /** Whether this very process still runs. */
  public boolean alive() {
    return of(pid).equals(Optional.of(this));
  }

  /** Ends it at once, if it still runs. */
  void kill() {
    if (alive()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /** The fields after the name in brackets, which may itself hold spaces and brackets. */
  private static List<String> stat(long pid) {
    try {
      String line =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      return List.of(SPACE.split(line.substring(line.lastIndexOf(')') + 2)));
    } catch (IOException gone) {
      return List.of();
    }
  }

  private static String currentBoot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException hidden) {
      return "unknown";
    }
  }
}
