package org.oml.host.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.host.journal.Journal;
import org.oml.host.journal.JournalArchive;
import org.oml.host.journal.JournalEntry;
import org.oml.host.journal.UsageNote;
import org.oml.host.usage.UsageTally.Sum;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

class UsageTallyTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.TEN, Address.ZERO);
  private static final SigningKey KEY = SigningKey.of(Keccak.of("a key of the tests"));
  private static final long SEED = 7;

  @TempDir Path directory;
  private final AtomicReference<Instant> clock = new AtomicReference<>(NOON);
  private int number;

  @Test
  void countsWhatWasAskedForAndCameOnce() throws IOException {
    try (Journal journal = open()) {
      Bytes32 query = query();
      journal.note(UsageNote.asked(NOON, query));
      assertThat(UsageTally.open(directory).sum()).isEqualTo(Sum.NOTHING);
      journal.record(answer(query, query, 5));
      journal.record(answer(query, query, 5));
      journal.record(UsageNote.had(NOON, query, 1, BigInteger.valueOf(5)));
      assertThat(UsageTally.open(directory).sum()).isEqualTo(sum(1, 5));
    }
  }

  @Test
  void countsNothingThatNobodyAskedFor() throws IOException {
    try (Journal journal = open()) {
      Bytes32 query = query();
      journal.record(answer(query, query, 5));
      journal.record(UsageNote.had(NOON, query(), 100, BigInteger.TEN));
      assertThat(UsageTally.open(directory).sum()).isEqualTo(Sum.NOTHING);
    }
  }

  /** A blank one was counted when it was bought. */
  @Test
  void countsBlankPermitsWhenTheyAreBoughtAndNotWhenTheyAreUsed() throws IOException {
    try (Journal journal = open()) {
      Bytes32 purchase = query();
      journal.note(UsageNote.buying(NOON, purchase, 3));
      journal.record(UsageNote.had(NOON, purchase, 3, BigInteger.valueOf(30)));
      Bytes32 query = query();
      journal.note(UsageNote.asked(NOON, query));
      journal.record(answer(query, Bytes32.ZERO, 10));
      UsageTally tally = UsageTally.open(directory);
      assertThat(tally.sum()).isEqualTo(sum(3, 30));
      assertThat(tally.open()).extracting(UsageTally.Open::id).containsExactly(query);
    }
  }

  @Test
  void whatWasRefusedIsNotOpen() throws IOException {
    try (Journal journal = open()) {
      Bytes32 query = query();
      journal.note(UsageNote.asked(NOON, query));
      journal.record(UsageNote.notHad(NOON, query));
      UsageTally tally = UsageTally.open(directory);
      assertThat(tally.open()).isEmpty();
      assertThat(tally.sum()).isEqualTo(Sum.NOTHING);
    }
  }

  @Test
  void outlivesTheJournalsThatItCounted() throws IOException {
    Bytes32 open = query();
    try (Journal journal = open()) {
      Bytes32 query = query();
      journal.note(UsageNote.asked(NOON, query));
      journal.record(answer(query, query, 5));
      journal.note(UsageNote.asked(NOON, open));
      clock.set(NOON.plusSeconds(86_400));
      journal.record(UsageNote.accepted(NOON, 10, BigInteger.valueOf(100)));
      UsageTally.open(directory).save();
      assertThat(new JournalArchive(directory).deleteBefore(clock.get())).isEqualTo(1);
      UsageTally later = UsageTally.open(directory);
      assertThat(later.sum()).isEqualTo(sum(11, 105));
      journal.record(answer(open, open, 7));
      assertThat(UsageTally.open(directory).sum()).isEqualTo(sum(12, 112));
    }
  }

  /**
   * The machine died and the disk has less of the journal than was counted: nothing is forgotten.
   */
  @Test
  void neverGoesDownWhenTheJournalIsShorterThanWhatWasCounted() throws IOException {
    Path file = directory.resolve("2026-11-24.journal");
    Bytes32 first = query();
    Bytes32 second = query();
    try (Journal journal = open()) {
      journal.record(UsageNote.asked(NOON, first));
      journal.record(answer(first, first, 5));
    }
    long length = Files.size(file);
    try (Journal journal = open()) {
      journal.record(UsageNote.asked(NOON, second));
      journal.record(answer(second, second, 5));
    }
    UsageTally.open(directory).save();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, (int) length));
    assertThat(UsageTally.open(directory).sum()).isEqualTo(sum(2, 10));
  }

  @Test
  void isCountedAnewWhenItsFileIsSpoilt() throws IOException {
    try (Journal journal = open()) {
      Bytes32 query = query();
      journal.note(UsageNote.asked(NOON, query));
      journal.record(answer(query, query, 5));
    }
    UsageTally.open(directory).save();
    Files.writeString(directory.resolve(UsageTally.FILE), "{\"version\":1,\"count\":\"99");
    assertThat(UsageTally.open(directory).sum()).isEqualTo(sum(1, 5));
  }

  @Test
  void addsWhatOtherGatewaysHaveSavedAndSaysWhenOneCannotBeRead(@TempDir Path other)
      throws IOException {
    try (Journal journal = Journal.open(other, clock::get)) {
      journal.record(UsageNote.accepted(NOON, 4, BigInteger.valueOf(40)));
    }
    assertThatThrownBy(() -> UsageTally.together(sum(1, 5), List.of(other)))
        .isInstanceOf(IOException.class);
    UsageTally.open(other).save();
    assertThat(UsageTally.together(sum(1, 5), List.of(other))).isEqualTo(sum(5, 45));
  }

  /**
   * Drawn lives of a host: asks, answers, losses, purchases, saves, deaths at any byte. What is
   * counted is what was asked for and came, whenever it is looked at.
   */
  @Test
  void agreesWithWhatHappenedHoweverOftenTheHostDies() throws IOException {
    Random random = new Random(SEED);
    long count = 0;
    BigInteger charge = BigInteger.ZERO;
    List<Bytes32> waiting = new ArrayList<>();
    Sum told = Sum.NOTHING;
    for (int life = 0; life < 40; life++) {
      try (Journal journal = open()) {
        UsageTally tally = UsageTally.following(journal);
        assertThat(tally.sum()).isEqualTo(new Sum(count, charge));
        for (int step = random.nextInt(30); step > 0; step--) {
          long price = 1L + random.nextInt(9);
          Bytes32 id = query();
          switch (random.nextInt(6)) {
            case 0 -> {
              journal.note(UsageNote.asked(clock.get(), id));
              waiting.add(id);
            }
            case 1 -> {
              journal.note(UsageNote.asked(clock.get(), id));
              journal.record(answer(id, id, price));
              count++;
              charge = charge.add(BigInteger.valueOf(price));
            }
            case 2 -> {
              int blanks = 1 + random.nextInt(50);
              journal.note(UsageNote.buying(clock.get(), id, blanks));
              journal.record(
                  UsageNote.had(clock.get(), id, blanks, BigInteger.valueOf(price * blanks)));
              count += blanks;
              charge = charge.add(BigInteger.valueOf(price * blanks));
            }
            case 3 -> {
              if (!waiting.isEmpty()) {
                Bytes32 found = waiting.remove(random.nextInt(waiting.size()));
                journal.record(UsageNote.had(clock.get(), found, 1, BigInteger.valueOf(price)));
                count++;
                charge = charge.add(BigInteger.valueOf(price));
              }
            }
            case 4 -> {
              tally.save();
              assertThat(tally.sum().isMoreThan(told) || tally.sum().equals(told)).isTrue();
              told = tally.sum();
            }
            default -> clock.set(clock.get().plusSeconds(random.nextInt(40_000)));
          }
        }
      }
      tearTheLastLine(random);
    }
    assertThat(UsageTally.open(directory).sum()).isEqualTo(new Sum(count, charge));
    assertThat(UsageTally.open(directory).open())
        .extracting(UsageTally.Open::id)
        .containsExactlyInAnyOrderElementsOf(waiting);
    assertThat(count).isGreaterThan(100);
  }

  /** Half a line is what a crash leaves. */
  private void tearTheLastLine(Random random) throws IOException {
    String day = clock.get().toString().substring(0, 10);
    Path file = directory.resolve(day + ".journal");
    if (Files.exists(file)) {
      String line = UsageNote.accepted(clock.get(), 1, BigInteger.ONE).line();
      Files.writeString(
          file, line.substring(0, random.nextInt(line.length())), StandardOpenOption.APPEND);
    }
  }

  private Journal open() {
    return Journal.open(directory, (InstantSource) clock::get);
  }

  private Bytes32 query() {
    return Keccak.of("query " + number++);
  }

  private static Sum sum(long count, long charge) {
    return new Sum(count, BigInteger.valueOf(charge));
  }

  private static JournalEntry answer(Bytes32 query, Bytes32 permitFor, long price) {
    Permit permit =
        new Permit(
            Bytes32.ZERO,
            Bytes32.ZERO,
            KEY.address(),
            1,
            permitFor,
            1,
            1_000,
            1_600,
            BigInteger.valueOf(price));
    Receipt receipt =
        new Receipt(
            Bytes32.ZERO,
            Bytes32.ZERO,
            KEY.address(),
            query,
            Bytes32.ZERO,
            permit.structHash(),
            1_000,
            Bytes32.ZERO);
    return new JournalEntry(
        NOON,
        query,
        Optional.empty(),
        Optional.of(SignedPermit.sign(permit, DOMAIN, KEY)),
        SignedReceipt.sign(receipt, DOMAIN, KEY));
  }
}
