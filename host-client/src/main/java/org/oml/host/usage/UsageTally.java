package org.oml.host.usage;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.oml.host.HostError;
import org.oml.host.journal.DurableFile;
import org.oml.host.journal.Journal;
import org.oml.host.journal.JournalArchive;
import org.oml.host.journal.JournalArchive.Place;
import org.oml.host.journal.JournalEntry;
import org.oml.host.journal.JournalLine;
import org.oml.host.journal.UsageNote;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host has had of permits since ever, as its own journal shows. A permit counts once: for a
 * query hash that this host drew and asked for, when the permit was recorded with the answer that
 * it opened or was found later; blank ones when they were bought.
 *
 * <p>Kept in a file beside the journal with the place up to which it is counted, so that it
 * outlives journals that are deleted. It is always saved before anybody is told of it, and never
 * goes down.
 */
public final class UsageTally implements Journal.Follower {

  /** Beside the journal. */
  public static final String FILE = "usage.json";

  /** What is asked for and has neither come nor been refused; more than can be under way. */
  private static final int MOST_OPEN = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(UsageTally.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final SequencedMap<Bytes32, Open> open = new LinkedHashMap<>();
  private Place place = Place.BEGINNING;
  private Sum sum = Sum.NOTHING;
  private boolean isSaved = true;

  /**
   * Permits and their price.
   *
   * @param count of permits
   * @param charge for them, in units of the payment token
   */
  public record Sum(long count, BigInteger charge) {

    public static final Sum NOTHING = new Sum(0, BigInteger.ZERO);

    Sum plus(long more, BigInteger theirCharge) {
      return new Sum(count + more, charge.add(theirCharge));
    }

    Sum plus(Sum other) {
      return plus(other.count, other.charge);
    }

    /** Whether one of the numbers is larger and neither smaller. */
    boolean isMoreThan(Sum other) {
      return count >= other.count && charge.compareTo(other.charge) >= 0 && !equals(other);
    }
  }

  /**
   * What is asked for and was not seen to come.
   *
   * @param id query hash, or request of a purchase
   * @param at when it was asked for
   * @param blanks how many blank permits are being bought; 0 for the permit of a query
   */
  public record Open(Bytes32 id, Instant at, int blanks) {}

  private UsageTally(Path directory) {
    this.directory = directory;
  }

  /**
   * The tally as it was saved, and what the journal has had since.
   *
   * @param directory of the journal
   */
  public static UsageTally open(Path directory) throws IOException {
    UsageTally tally = new UsageTally(directory);
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      try {
        tally.read(JSON.readTree(Files.readAllBytes(file)));
      } catch (JacksonException | CodedException | DateTimeException | IllegalArgumentException e) {
        LOG.warn(
            "{} cannot be read; the usage is counted from the journals that are left", file, e);
        return counted(new UsageTally(directory));
      }
    }
    return counted(tally);
  }

  private static UsageTally counted(UsageTally tally) throws IOException {
    tally.advance();
    return tally;
  }

  /**
   * The tally of a journal that is being written, which counts each line as it is written.
   *
   * @throws CodedException {@link HostError#JOURNAL_UNAVAILABLE} when the journal cannot be read
   */
  public static UsageTally following(Journal journal) {
    try {
      UsageTally tally = open(journal.directory());
      journal.follow(tally.place(), tally);
      return tally;
    } catch (IOException e) {
      throw new CodedException(
          HostError.JOURNAL_UNAVAILABLE, "The journal cannot be read: " + e.getMessage(), e);
    }
  }

  private synchronized Place place() {
    return place;
  }

  /**
   * What one gateway has had and what others saved last.
   *
   * @param others their journal directories, or copies
   * @throws IOException when one of them cannot be read; less than before is acknowledged by nobody
   */
  public static Sum together(Sum own, List<Path> others) throws IOException {
    Sum all = own;
    for (Path other : others) {
      all = all.plus(saved(other));
    }
    return all;
  }

  private static Sum saved(Path directory) throws IOException {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(directory.resolve(FILE)));
      return sumIn(json);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IOException(directory.resolve(FILE) + " cannot be read", e);
    }
  }

  private synchronized void advance() throws IOException {
    Place before = place;
    place = new JournalArchive(directory).readFrom(place, this::take);
    isSaved &= before.equals(place);
  }

  @Override
  public synchronized void wrote(List<JournalLine> lines, Place behind) {
    lines.forEach(this::take);
    isSaved &= behind.equals(place);
    place = behind;
  }

  private void take(String line) {
    // Final receipts are every other line and say nothing of permits.
    if (line.contains("\"permit\"") || line.contains("\"usage\"")) {
      JournalLine.parse(line).ifPresent(this::take);
    }
  }

  private void take(JournalLine line) {
    switch (line) {
      case JournalEntry entry ->
          entry.permit().map(IssuedPermit::permit).ifPresent(permit -> had(entry, permit.price()));
      case UsageNote note -> take(note);
    }
  }

  private void had(JournalEntry entry, BigInteger price) {
    IssuedPermit permit = entry.permit().orElseThrow();
    if (permit.permit().queryHash().equals(entry.queryHash())) {
      settle(entry.queryHash(), 1, price);
    }
  }

  private void take(UsageNote note) {
    switch (note.kind()) {
      case ASKED -> keep(new Open(note.id(), note.at(), 0));
      case BUYING -> keep(new Open(note.id(), note.at(), (int) note.count()));
      case HAD -> settle(note.id(), note.count(), note.charge());
      case NOT_HAD -> open.remove(note.id());
      case ACCEPTED -> sum = sum.plus(note.count(), note.charge());
    }
  }

  private void keep(Open asked) {
    open.put(asked.id(), asked);
    if (open.size() > MOST_OPEN) {
      open.pollFirstEntry();
    }
  }

  /** What nobody asked for counts for nothing, and nothing counts twice. */
  private void settle(Bytes32 id, long count, BigInteger charge) {
    if (open.remove(id) != null) {
      sum = sum.plus(count, charge);
    }
  }

  /** What is counted so far. */
  public synchronized Sum sum() {
    return sum;
  }

  /** What was asked for and has neither come nor been refused, the oldest first. */
  public synchronized List<Open> open() {
    return List.copyOf(open.values());
  }

  /**
   * Saves what is counted; returns when it is on the disk. For one thread; what is written
   * meanwhile is counted and does not wait.
   *
   * @return what is saved
   */
  public Sum save() throws IOException {
    Sum counted;
    byte[] file;
    synchronized (this) {
      if (isSaved) {
        return sum;
      }
      counted = sum;
      file = JSON.writeValueAsBytes(json());
      isSaved = true;
    }
    try {
      DurableFile.write(directory.resolve(FILE), file);
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        isSaved = false;
      }
      throw e;
    }
    return counted;
  }

  private ObjectNode json() {
    ObjectNode json = JSON.createObjectNode().put("version", 1);
    json.put("count", Long.toString(sum.count())).put("charge", sum.charge().toString());
    json.put("day", place.day().toString()).put("offset", Long.toString(place.offset()));
    var asked = json.putArray("open");
    for (Open each : open.values()) {
      asked
          .addObject()
          .put("id", each.id().toString())
          .put("at", each.at().toString())
          .put("blanks", each.blanks());
    }
    return json;
  }

  private void read(JsonNode json) {
    sum = sumIn(json);
    place =
        new Place(
            LocalDate.parse(json.path("day").asString("")),
            Long.parseLong(json.path("offset").asString("")));
    for (JsonNode each : json.path("open")) {
      keep(
          new Open(
              Bytes32.parse(each.path("id").asString("")),
              Instant.parse(each.path("at").asString("")),
              each.path("blanks").asInt(0)));
    }
  }

  private static Sum sumIn(JsonNode json) {
    return new Sum(
        Long.parseLong(json.path("count").asString("")),
        new BigInteger(json.path("charge").asString("")));
  }
}
