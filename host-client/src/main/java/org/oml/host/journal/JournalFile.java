package org.oml.host.journal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Consumer;

/** The journal of one day (UTC). */
final class JournalFile implements AutoCloseable {

  private final LocalDate day;
  private final FileChannel channel;

  private JournalFile(LocalDate day, FileChannel channel) {
    this.day = day;
    this.channel = channel;
  }

  static Path path(Path directory, LocalDate day) {
    return directory.resolve(day + ".journal");
  }

  /**
   * Opens the file of a day; what a crash left half written behind the last whole entry was
   * promised to nobody and is cut off.
   */
  static JournalFile open(Path directory, LocalDate day) throws IOException {
    Path file = path(directory, day);
    boolean isNew = !Files.exists(file);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(read(file, entry -> {}));
    channel.position(channel.size());
    channel.force(true);
    if (isNew) {
      try (FileChannel entries = FileChannel.open(directory)) {
        entries.force(true);
      }
    }
    return new JournalFile(day, channel);
  }

  /**
   * Reads a file up to its end or to the first line that is not whole.
   *
   * @return how many bytes the whole entries take
   */
  static long read(Path file, Consumer<JournalEntry> reader) throws IOException {
    long whole = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        Optional<JournalEntry> entry = JournalEntry.parse(line.toString(StandardCharsets.UTF_8));
        if (entry.isEmpty()) {
          return whole;
        }
        reader.accept(entry.get());
        whole += line.size() + 1;
        line.reset();
      }
    }
    return whole;
  }

  LocalDate day() {
    return day;
  }

  /** Appends lines and returns once they are on the disk. */
  void append(Iterable<String> lines) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
