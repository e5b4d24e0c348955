package org.oml.platform.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The log file of a process. */
record ProcessLog(Path file) {

  private static final long LARGE = 20L << 20;
  private static final int TAIL_BYTES = 16_384;
  private static final int TAIL_LINES = 15;

  /** Makes room for a new start: a large log is put aside as {@code NAME.log.1}. */
  void prepare() {
    try {
      Files.createDirectories(file.getParent());
      if (Files.exists(file) && Files.size(file) > LARGE) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its last lines, each indented, after a line break; empty if there are none. */
  String tail() {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long length = log.length();
      byte[] bytes = new byte[(int) Math.min(length, TAIL_BYTES)];
      log.seek(length - bytes.length);
      log.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return last.isEmpty() ? "" : "\n    " + String.join("\n    ", last);
    } catch (IOException none) {
      return "";
    }
  }
}
