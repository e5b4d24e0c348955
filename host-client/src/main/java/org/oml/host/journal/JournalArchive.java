package org.oml.host.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;

/** Reads what a journal holds; a gateway may write it meanwhile. */
public final class JournalArchive {

  private static final String SUFFIX = ".journal";

  private final Path directory;

  public JournalArchive(Path directory) {
    this.directory = directory;
  }

  /**
   * The permit under which a query was answered.
   *
   * @param queryHash of the query
   * @param permitHash that its receipt names
   * @param servedAt that its receipt states: where is looked first
   */
  public Optional<IssuedPermit> permit(Bytes32 queryHash, Bytes32 permitHash, Instant servedAt)
      throws IOException {
    LocalDate day = LocalDate.ofInstant(servedAt, ZoneOffset.UTC);
    List<LocalDate> days = new ArrayList<>(days());
    days.sort(Comparator.comparingLong(each -> Math.abs(each.toEpochDay() - day.toEpochDay())));
    return find(
        days,
        queryHash,
        entry -> entry.permit().filter(found -> found.permitHash().equals(permitHash)));
  }

  /**
   * A receipt of one answer to a query, the opening one or the final one; the latest days are
   * looked at first.
   *
   * @param queryHash of the query
   * @param isTheOne whether a receipt is of the answer
   */
  public Optional<Receipt> receipt(Bytes32 queryHash, Predicate<Receipt> isTheOne)
      throws IOException {
    return find(
        days().reversed(),
        queryHash,
        entry -> Optional.of(entry.receipt().receipt()).filter(isTheOne));
  }

  private <T> Optional<T> find(
      List<LocalDate> days, Bytes32 queryHash, Function<JournalEntry, Optional<T>> choice)
      throws IOException {
    for (LocalDate each : days) {
      Optional<T> found = findOn(each, queryHash.toString(), choice);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private <T> Optional<T> findOn(
      LocalDate day, String queryHash, Function<JournalEntry, Optional<T>> choice)
      throws IOException {
    try (BufferedReader lines = reader(day)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // Most lines are of other queries and need no more than this look.
        if (line.contains(queryHash)) {
          Optional<T> found = parse(line).flatMap(choice);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Hands all entries on, the oldest first. */
  public void read(Consumer<JournalEntry> reader) throws IOException {
    for (LocalDate day : days()) {
      read(day, reader);
    }
  }

  private void read(LocalDate day, Consumer<JournalEntry> reader) throws IOException {
    try (BufferedReader lines = reader(day)) {
      lines.lines().map(JournalArchive::parse).flatMap(Optional::stream).forEach(reader);
    }
  }

  /** Hands on the entries of the days (UTC) from one time to another, the oldest first. */
  public void readDays(Instant from, Instant to, Consumer<JournalEntry> reader) throws IOException {
    LocalDate first = LocalDate.ofInstant(from, ZoneOffset.UTC);
    LocalDate last = LocalDate.ofInstant(to, ZoneOffset.UTC);
    for (LocalDate day : days()) {
      if (!day.isBefore(first) && !day.isAfter(last)) {
        read(day, reader);
      }
    }
  }

  /** A line that is not whole, or of another kind, is passed over. */
  private static Optional<JournalEntry> parse(String line) {
    return JournalLine.parse(line)
        .filter(JournalEntry.class::isInstance)
        .map(JournalEntry.class::cast);
  }

  /**
   * A place in the journal.
   *
   * @param day whose file it is in, UTC
   * @param offset in bytes
   */
  public record Place(LocalDate day, long offset) {

    /** Before everything. */
    public static final Place BEGINNING = new Place(LocalDate.EPOCH, 0);
  }

  /**
   * Reads the lines behind a place, as far as they are written; a gateway may write meanwhile.
   *
   * @param from where an earlier look ended
   * @param reader takes each line without its end, whole or not
   * @return where the next look begins
   */
  public Place readFrom(Place from, Consumer<String> reader) throws IOException {
    Place place = from;
    for (LocalDate day : days()) {
      if (!day.isBefore(from.day())) {
        long offset = day.equals(from.day()) ? from.offset() : 0;
        place =
            new Place(day, JournalFile.readLines(JournalFile.path(directory, day), offset, reader));
      }
    }
    return place;
  }

  private BufferedReader reader(LocalDate day) throws IOException {
    return Files.newBufferedReader(JournalFile.path(directory, day), StandardCharsets.ISO_8859_1);
  }

  /**
   * Deletes the days that ended before a time.
   *
   * @return how many
   */
  public int deleteBefore(Instant time) throws IOException {
    LocalDate day = LocalDate.ofInstant(time, ZoneOffset.UTC);
    int deleted = 0;
    for (LocalDate each : days()) {
      if (each.isBefore(day)) {
        Files.delete(JournalFile.path(directory, each));
        deleted++;
      }
    }
    return deleted;
  }

  private List<LocalDate> days() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> day(file.getFileName().toString()))
          .flatMap(Stream::ofNullable)
          .sorted()
          .toList();
    }
  }

  private static @Nullable LocalDate day(String name) {
    if (!name.endsWith(SUFFIX)) {
      return null;
    }
    try {
      return LocalDate.parse(name.substring(0, name.length() - SUFFIX.length()));
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
