package org.oml.host.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.host.HostError;
import org.oml.host.journal.JournalArchive.Place;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

class JournalTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final LocalDate DAY = LocalDate.parse("2026-11-24");
  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.TEN, Address.ZERO);
  private static final SigningKey KEY = SigningKey.of(Keccak.of("a key of the tests"));

  @TempDir Path directory;

  @Test
  void givesBackWhatWasRecorded() throws IOException {
    JournalEntry withPermit = entry(1, true);
    JournalEntry without = entry(2, false);
    try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON))) {
      journal.record(withPermit);
      journal.record(without);
      assertThat(entries(DAY)).containsExactly(withPermit, without);
    }
  }

  /** Gateways wrote no salts before they defended their hosts against panels. */
  @Test
  void readsWhatHasNeitherSaltNorContext() {
    JournalEntry entry = entry(1, true);
    String json =
        entry
            .json()
            .replaceFirst("\"salt\":\"0x[0-9a-f]{64}\",\"context\":\"0x[0-9a-f]{64}\",", "");
    assertThat(json).hasSizeLessThan(entry.json().length());
    JournalEntry read = JournalEntry.of(new tools.jackson.databind.ObjectMapper().readTree(json));
    assertThat(read.opening()).isEmpty();
    assertThat(read.permit()).isEqualTo(entry.permit());
    assertThat(JournalLine.parse(entry.line())).contains(entry);
  }

  @Test
  void recordsWhatManyAskForAtOnce() throws Exception {
    try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<JournalEntry> recorded = new ArrayList<>();
      List<Future<?>> waiting = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        JournalEntry entry = entry(i, false);
        recorded.add(entry);
        waiting.add(threads.submit(() -> journal.record(entry)));
      }
      for (Future<?> each : waiting) {
        each.get();
      }
      assertThat(entries(DAY)).containsExactlyInAnyOrderElementsOf(recorded);
    }
  }

  /** A file channel closes when a thread is interrupted in it; whoever records may be. */
  @Test
  void outlivesTheInterruptionOfWhoeverRecords() throws Exception {
    try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON))) {
      for (int i = 0; i < 50; i++) {
        JournalEntry entry = entry(i, false);
        Thread recording = Thread.ofPlatform().unstarted(() -> record(journal, entry));
        recording.start();
        if (i % 2 == 0) {
          Thread.sleep(0, 200_000);
        }
        recording.interrupt();
        recording.join();
      }
      journal.record(entry(50, false));
    }
    assertThat(entries(DAY)).contains(entry(50, false));
  }

  private static void record(Journal journal, JournalEntry entry) {
    try {
      journal.record(entry);
    } catch (CodedException e) {
      assertThat(e.code()).isEqualTo(HostError.JOURNAL_UNAVAILABLE);
    }
  }

  @Test
  void tellsAFollowerOfEachLineOnceFromThePlaceWhereItBegins() throws Exception {
    try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      journal.record(entry(0, false));
      Place begin = new JournalArchive(directory).readFrom(Place.BEGINNING, line -> {});
      List<Future<?>> waiting = new ArrayList<>();
      for (int i = 1; i <= 200; i++) {
        JournalEntry entry = entry(i, false);
        waiting.add(threads.submit(() -> journal.record(entry)));
      }
      List<JournalLine> told = new ArrayList<>();
      AtomicReference<Place> end = new AtomicReference<>(begin);
      journal.follow(
          begin,
          (lines, behind) -> {
            told.addAll(lines);
            end.set(behind);
          });
      for (Future<?> each : waiting) {
        each.get();
      }
      List<JournalEntry> written = entries(DAY);
      assertThat(told).isEqualTo(written.subList(1, written.size()));
      assertThat(new JournalArchive(directory).readFrom(Place.BEGINNING, line -> {}))
          .isEqualTo(end.get());
    }
  }

  /**
   * Whatever a crash leaves of the last entry, the ones before it stay and the next one is whole.
   */
  @Test
  void isWholeAgainAfterACrashAtAnyByte() throws IOException {
    Random random = new Random(3);
    JournalEntry before = entry(1, true);
    JournalEntry torn = entry(2, true);
    JournalEntry after = entry(3, false);
    Path file = JournalFile.path(directory, DAY);
    byte[] whole = (before.line() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] next = (torn.line() + "\n").getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 60; round++) {
      byte[] left = Arrays.copyOf(next, random.nextInt(next.length));
      if (left.length > 0 && random.nextInt(3) == 0) {
        Arrays.fill(left, random.nextInt(left.length), left.length, (byte) 0);
      }
      Files.write(file, whole);
      Files.write(file, left, StandardOpenOption.APPEND);

      try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON))) {
        journal.record(after);
      }

      assertThat(entries(DAY)).containsExactly(before, after);
    }
  }

  @Test
  void beginsANewFileEachDay() throws IOException {
    AtomicReference<Instant> clock = new AtomicReference<>(NOON);
    try (Journal journal = Journal.open(directory, clock::get)) {
      journal.record(entry(1, false));
      clock.set(NOON.plusSeconds(86_400));
      journal.record(entry(2, false));
    }
    assertThat(entries(DAY)).containsExactly(entry(1, false));
    assertThat(entries(DAY.plusDays(1))).containsExactly(entry(2, false));
  }

  @Test
  void belongsToOneGateway() throws IOException {
    try (Journal first = Journal.open(directory, InstantSource.fixed(NOON))) {
      assertThat(first.isWritable()).isTrue();
      assertThatThrownBy(() -> Journal.open(directory, InstantSource.fixed(NOON)))
          .isInstanceOfSatisfying(
              CodedException.class, e -> assertThat(e.code()).isEqualTo(HostError.JOURNAL_LOCKED));
    }
    Journal.open(directory, InstantSource.fixed(NOON)).close();
  }

  @Test
  void findsTheReceiptOfOneOfTheAnswersToAQuery() throws IOException {
    JournalEntry withPermit = entry(2, true);
    JournalEntry without = entry(2, false);
    try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON))) {
      journal.record(entry(1, true));
      journal.record(without);
      journal.record(withPermit);
    }
    JournalArchive archive = new JournalArchive(directory);
    assertThat(archive.receipt(withPermit.queryHash(), receipt -> !receipt.permitHash().isZero()))
        .contains(withPermit.receipt().receipt());
    assertThat(archive.receipt(withPermit.queryHash(), receipt -> false)).isEmpty();
    assertThat(archive.receipt(Keccak.of("query 3"), receipt -> true)).isEmpty();
  }

  /** Notes are behind what was written before them, and are no answers. */
  @Test
  void keepsNotesAmongTheAnswers() throws IOException {
    UsageNote asked = UsageNote.asked(NOON, Keccak.of("query 1"));
    UsageNote had = UsageNote.had(NOON, Keccak.of("purchase"), 3, BigInteger.TWO.pow(100));
    JournalEntry entry = entry(1, true);
    try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON))) {
      journal.note(asked);
      journal.record(entry);
      journal.record(had);
    }
    assertThat(lines(DAY)).containsExactly(asked, entry, had);
    List<JournalEntry> answers = new ArrayList<>();
    new JournalArchive(directory).read(answers::add);
    assertThat(answers).containsExactly(entry);
  }

  /** A line of a later version is whole and is not cut off. */
  @Test
  void leavesWhatItDoesNotUnderstand() throws IOException {
    JournalEntry entry = entry(1, true);
    String later = framed("{\"version\":2,\"something\":\"else\"}");
    Files.writeString(JournalFile.path(directory, DAY), later + "\n");
    try (Journal journal = Journal.open(directory, InstantSource.fixed(NOON))) {
      journal.record(entry);
    }
    assertThat(Files.readAllLines(JournalFile.path(directory, DAY)))
        .containsExactly(later, entry.line());
    assertThat(JournalLine.parse(later)).isEmpty();
  }

  private static String framed(String json) {
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return java.util.HexFormat.of().toHexDigits((int) crc.getValue()) + " " + json;
  }

  @Test
  void promisesNothingOnceItIsClosed() throws IOException {
    Journal journal = Journal.open(directory, InstantSource.fixed(NOON));
    journal.close();
    assertThatThrownBy(() -> journal.record(entry(1, false)))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(HostError.JOURNAL_UNAVAILABLE));
  }

  @Test
  void saysWhenItsDirectoryCannotBeWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> Journal.open(file, InstantSource.fixed(NOON)))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(HostError.JOURNAL_UNAVAILABLE));
  }

  private List<JournalEntry> entries(LocalDate day) throws IOException {
    return lines(day).stream().map(JournalEntry.class::cast).toList();
  }

  private List<JournalLine> lines(LocalDate day) throws IOException {
    List<JournalLine> lines = new ArrayList<>();
    JournalFile.read(
        JournalFile.path(directory, day), line -> lines.add(JournalLine.parse(line).orElseThrow()));
    return lines;
  }

  private static JournalEntry entry(int number, boolean hasPermit) {
    Bytes32 queryHash = Keccak.of("query " + number);
    Permit permit =
        new Permit(
            Bytes32.ZERO,
            Bytes32.ZERO,
            KEY.address(),
            1,
            queryHash,
            number,
            1_000,
            1_600,
            BigInteger.TWO);
    Receipt receipt =
        new Receipt(
            Bytes32.ZERO,
            Bytes32.ZERO,
            KEY.address(),
            queryHash,
            Bytes32.ZERO,
            hasPermit ? permit.structHash() : Bytes32.ZERO,
            1_000,
            Bytes32.ZERO);
    return new JournalEntry(
        NOON,
        queryHash,
        hasPermit
            ? Optional.of(new JournalEntry.Opening(Keccak.of("salt"), Keccak.of("context")))
            : Optional.empty(),
        hasPermit ? Optional.of(SignedPermit.sign(permit, DOMAIN, KEY)) : Optional.empty(),
        SignedReceipt.sign(receipt, DOMAIN, KEY));
  }
}
