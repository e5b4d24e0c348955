package org.oml.gateway.defence;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.gateway.chain.Panels;
import org.oml.gateway.defence.HitPermits.Found;
import org.oml.host.journal.Journal;
import org.oml.host.journal.JournalArchive;
import org.oml.host.journal.JournalEntry;
import org.oml.host.journal.JournalEntry.Opening;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

/** Which of its permits a host shows to a panel's court. */
class HitPermitsTest {

  private static final SigningKey KEY = SigningKey.random();
  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.ONE, KEY.address());
  private static final long ASKED_AT = Instant.parse("2026-11-01T23:59:50Z").getEpochSecond();
  private static final Bytes32 CONTEXT = Keccak.of("context");

  @TempDir Path directory;

  @Test
  void showsThePermitOfTheQueryThatAskedTheText() throws Exception {
    IssuedPermit permit = record("a key", "salt 1", ASKED_AT, false);
    record("another key", "salt 2", ASKED_AT, false);

    assertThat(find(hit(3, "a key"), hit(4, "a key that nobody asked")))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.place()).isEqualTo(3);
              assertThat(found.call()).isEqualTo(call(hit(3, "a key"), "salt 1", permit));
            });
  }

  @Test
  void showsNoPermitThatDidNotLiveWhenItWasAsked() throws Exception {
    record("a key", "salt 1", ASKED_AT - 661, false);
    record("a key", "salt 2", ASKED_AT + 63, false);
    assertThat(find(hit(3, "a key"))).isEmpty();
    record("a key", "salt 3", ASKED_AT - 660, false);
    assertThat(find(hit(3, "a key"))).hasSize(1);
  }

  @Test
  void showsABlankPermitThatTheJournalBindsToTheQuery() throws Exception {
    IssuedPermit blank = record("a key", "salt 1", ASKED_AT, true);
    assertThat(find(hit(3, "a key")))
        .singleElement()
        .satisfies(
            found -> assertThat(found.call()).isEqualTo(call(hit(3, "a key"), "salt 1", blank)));
    assertThat(find(hit(3, "another key"))).isEmpty();
  }

  /** The court takes each permit once. */
  @Test
  void showsEachPermitOnce() throws Exception {
    record("a key", "salt 1", ASKED_AT, false);
    assertThat(find(hit(3, "a key"), hit(12, "a key"))).hasSize(1);
    record("a key", "salt 2", ASKED_AT, false);
    assertThat(find(hit(3, "a key"), hit(12, "a key")))
        .extracting(Found::place)
        .containsExactlyInAnyOrder(3, 12);
  }

  private List<Found> find(Attestation... hits) throws Exception {
    return new HitPermits(new JournalArchive(directory)).find(List.of(hits));
  }

  private static Attestation hit(int place, String key) {
    return new Attestation(
        Keccak.of("plan"),
        KEY.address(),
        place,
        Keccak.of(key),
        Keccak.of("answer"),
        Keccak.of("target"),
        ASKED_AT,
        ASKED_AT + 2,
        true);
  }

  private static byte[] call(Attestation hit, String salt, IssuedPermit permit) {
    return Panels.rebuttal(hit, Keccak.of(salt), CONTEXT, permit);
  }

  /** Answers a query under a permit of ten minutes. */
  private IssuedPermit record(String text, String salt, long issuedAt, boolean isBlank)
      throws Exception {
    Bytes32 queryHash = CanonicalQuery.queryHash(Keccak.of(salt), CONTEXT, Keccak.of(text));
    Permit permit =
        new Permit(
            Bytes32.ZERO,
            Bytes32.ZERO,
            KEY.address(),
            1,
            isBlank ? Bytes32.ZERO : queryHash,
            7,
            issuedAt,
            issuedAt + 600,
            BigInteger.TWO);
    SignedPermit signed = SignedPermit.sign(permit, DOMAIN, KEY);
    Receipt receipt =
        new Receipt(
            Bytes32.ZERO,
            Bytes32.ZERO,
            Address.ZERO,
            queryHash,
            Bytes32.ZERO,
            signed.permitHash(),
            issuedAt,
            Bytes32.ZERO);
    Instant at = Instant.ofEpochSecond(issuedAt);
    try (Journal journal = Journal.open(directory, InstantSource.fixed(at))) {
      journal.record(
          new JournalEntry(
              at,
              queryHash,
              Optional.of(new Opening(Keccak.of(salt), CONTEXT)),
              Optional.of(signed),
              SignedReceipt.sign(receipt, DOMAIN, KEY)));
    }
    return signed;
  }
}
