package org.oml.host.journal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.function.Consumer;
import org.oml.host.journal.JournalArchive.Place;

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
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(read(file, line -> {}));
    channel.position(channel.size());
    channel.force(true);
    // Also of a file that is there: whoever made it may have died before this.
    try (FileChannel entries = FileChannel.open(directory)) {
      entries.force(true);
    }
    return new JournalFile(day, channel);
  }

  /**
   * Reads a file up to its end or to the first line that is not whole.
   *
   * @return how many bytes the whole lines take
   */
  static long read(Path file, Consumer<String> reader) throws IOException {
    long whole = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        String text = line.toString(StandardCharsets.UTF_8);
        if (!JournalLine.isWhole(text)) {
          return whole;
        }
        reader.accept(text);
        whole += line.size() + 1;
        line.reset();
      }
    }
    return whole;
  }

  /**
   * Reads the lines from an offset on; one that has no end yet is left for the next time.
   *
   * @param from behind the end of a file, as after a crash of the machine, it is its end
   * @return the offset behind the last line
   */
  static long readLines(Path file, long from, Consumer<String> reader) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long behind = Math.min(from, channel.size());
      channel.position(behind);
      InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.write(next);
          continue;
        }
        reader.accept(line.toString(StandardCharsets.UTF_8));
        behind += line.size() + 1;
        line.reset();
      }
      return behind;
    }
  }

  LocalDate day() {
    return day;
  }

  /** Behind the last line. */
  Place end() throws IOException {
    return new Place(day, channel.position());
  }

  /**
   * Appends lines.
   *
   * @param force whether to return only once they are on the disk
   */
  void append(Iterable<String> lines, boolean force) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    if (force) {
      channel.force(false);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
