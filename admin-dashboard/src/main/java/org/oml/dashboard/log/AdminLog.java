package org.oml.dashboard.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.oml.dashboard.DashboardError;
import org.oml.dashboard.DashboardSettings;
import org.oml.protocol.CodedException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What admins did, one line of JSON for each entry. An entry is on the disk before what it tells of
 * is done; what cannot be noted is not done.
 */
@Component
public final class AdminLog {

  static final int SHOWN = 500;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path file;
  private final InstantSource clock = InstantSource.system();
  private final Deque<Entry> newest = new ArrayDeque<>();

  AdminLog(DashboardSettings settings) {
    this.file = settings.directory().resolve("admins.log");
    try {
      Files.createDirectories(
          settings.directory(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (Files.exists(file)) {
        try (Stream<String> lines = Files.lines(file)) {
          lines.filter(line -> !line.isBlank()).forEach(this::remember);
        }
      }
    } catch (IOException | UncheckedIOException | JacksonException e) {
      throw new CodedException(
          DashboardError.LOG_UNREADABLE, "The log of the admins " + file + " cannot be read.", e);
    }
  }

  /**
   * Something that somebody did.
   *
   * @param what in words
   * @param subject to what or whom; empty if there is none
   */
  public record Entry(Instant at, String who, String what, String subject) {}

  private void remember(String line) {
    add(JSON.readValue(line, Entry.class));
  }

  private void add(Entry entry) {
    newest.addFirst(entry);
    if (newest.size() > SHOWN) {
      newest.removeLast();
    }
  }

  /** Returns when the entry is on the disk. */
  public synchronized void note(String who, String what, String subject) {
    Entry entry = new Entry(clock.instant().truncatedTo(ChronoUnit.SECONDS), who, what, subject);
    byte[] line = (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel log =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(line);
      while (rest.hasRemaining()) {
        log.write(rest);
      }
      log.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    add(entry);
  }

  /** The newest 500, the newest first. */
  synchronized List<Entry> newest() {
    return List.copyOf(newest);
  }
}
