package org.oml.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel says of all processes. */
final class ProcessTable {

  private ProcessTable() {}

  /** The processes that were started with this environment variable set so, besides this one. */
  static List<ProcessIdentity> markedWith(String variable, String value) {
    String mark = "\0" + variable + "=" + value + "\0";
    List<ProcessIdentity> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (pid != ProcessHandle.current().pid() && read(entry.resolve("environ")).contains(mark)) {
          ProcessIdentity.of(pid).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return "\0" + Files.readString(file, StandardCharsets.ISO_8859_1) + "\0";
    } catch (IOException goneOrForeign) {
      return "";
    }
  }
}
