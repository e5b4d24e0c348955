package org.oml.host.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.host.HostError;
import org.oml.host.HostFiles;
import org.oml.host.HostIdentity;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;
import org.oml.host.journal.Journal;
import org.oml.host.journal.UsageNote;
import org.oml.host.permit.PermissionClient;
import org.oml.host.permit.PermissionServicePermits;
import org.oml.host.permit.PermitCheck;
import org.oml.host.receipt.ReceiptBook;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.UsageAck;

/** Acknowledgements over HTTP, from a real journal. */
class UsageReporterIT {

  private static final CanonicalQuery QUERY =
      CanonicalQuery.of(Kind.COMPLETION, "{\"prompt\":\"once\"}".getBytes(StandardCharsets.UTF_8));

  @TempDir Path directory;
  private TestHost files;
  private TestPermissions permissions;
  private HostIdentity host;
  private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
  private final List<Optional<CodedException>> outcomes = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    files = TestHost.write(directory);
    permissions = new TestPermissions(0, files);
    host =
        HostFiles.read(
            directory.resolve("oml.json"),
            directory.resolve("addresses.json"),
            directory.resolve("gateway.json"),
            directory.resolve("gateway.password"));
  }

  @AfterEach
  void stop() {
    permissions.close();
  }

  /** One life of a host. */
  private final class Life implements AutoCloseable {

    final Journal journal = Journal.open(files.journal(), clock::get);
    final PermitCheck check =
        PermitCheck.trusting(host, Set.of(TestPermissions.SIGNER.address()), clock::get);
    final UsageReporter reporter =
        new UsageReporter(
            host,
            new PermissionClient(permissions.url(), host, Duration.ofSeconds(5), clock::get),
            journal,
            check,
            new UsageReporter.Policy(Duration.ofHours(1), true, List.of(), Duration.ofMillis(1)),
            outcomes::add,
            clock::get);
    final PermissionServicePermits permits =
        new PermissionServicePermits(
            permissions.url(), host, Duration.ofSeconds(5), reporter::wake, clock::get);
    final ReceiptBook book = new ReceiptBook(host, permits, check, journal, clock::get);

    void answer(int queries) {
      for (int i = 0; i < queries; i++) {
        book.open(book.permit(QUERY, Bytes32.ZERO));
      }
    }

    @Override
    public void close() throws IOException {
      permits.close();
      reporter.close();
      journal.close();
    }
  }

  @Test
  void acknowledgesWhatItsJournalShowsInEveryLife() throws IOException {
    try (Life life = new Life()) {
      life.answer(3);
      life.reporter.look();
      assertThat(permissions.newest().cumulativeCount()).isEqualTo(3);
      life.reporter.look();
      assertThat(permissions.acknowledged).hasSize(1);
    }
    try (Life life = new Life()) {
      life.answer(2);
      life.reporter.look();
    }
    UsageAck newest = permissions.newest();
    assertThat(newest.cumulativeCount()).isEqualTo(5);
    assertThat(newest.cumulativeCharge()).isEqualTo(BigInteger.valueOf(50));
    assertThat(newest.host()).isEqualTo(files.wallet());
    assertThat(newest.modelId()).isEqualTo(files.modelId());
    assertThat(outcomes).isNotEmpty().allMatch(Optional::isEmpty);
  }

  @Test
  void aQueryWaitsForTheAcknowledgementAndGoesOn() throws IOException {
    permissions.mostUnacknowledged = 5;
    try (Life life = new Life()) {
      life.reporter.start();
      life.answer(23);
    }
    assertThat(permissions.had()).isEqualTo(23);
    assertThat(permissions.newest().cumulativeCount()).isEqualTo(23);
    assertThat(permissions.acknowledged)
        .allMatch(ack -> ack.cumulativeCharge().longValue() == 10 * ack.cumulativeCount());
  }

  /** The permit was issued, its answer was lost and the host gave up: it is found by its hash. */
  @Test
  void findsPermitsWhoseAnswerWasLost() throws IOException {
    Bytes32 lost = org.oml.protocol.Keccak.of("a query of an earlier life");
    try (Life life = new Life()) {
      life.answer(1);
      life.journal.record(UsageNote.asked(clock.get(), lost));
      life.permits.permitFor(lost);
      life.journal.record(
          UsageNote.asked(clock.get(), org.oml.protocol.Keccak.of("never arrived")));
    }
    assertThat(permissions.had()).isEqualTo(2);
    assertThat(permissions.acknowledged).isEmpty();
    clock.set(clock.get().plus(Duration.ofMinutes(3)));
    try (Life life = new Life()) {
      life.reporter.look();
      life.reporter.look();
      assertThat(permissions.newest().cumulativeCount()).isEqualTo(2);
    }
    assertThat(UsageTally.open(files.journal()).open()).isEmpty();
  }

  /**
   * A service that has forgotten, or that counts otherwise, gets no more than the journal shows.
   */
  @Test
  void saysWhenItIsRefusedAndWhenItIsTakenAgain() throws IOException {
    try (Life life = new Life()) {
      life.answer(2);
      permissions.refusal = new TestPermissions.Refusal(409, "PERMISSION_ACKNOWLEDGEMENT_REFUSED");
      permissions.refusals.set(1);
      life.reporter.look();
      assertThat(outcomes).hasSize(1);
      assertThat(outcomes.getFirst().orElseThrow().code())
          .isEqualTo(HostError.ACKNOWLEDGEMENT_REFUSED);
      assertThat(outcomes.getFirst().orElseThrow())
          .hasMessageContaining("PERMISSION_ACKNOWLEDGEMENT_REFUSED");
      life.reporter.look();
      assertThat(outcomes.getLast()).isEmpty();
      assertThat(permissions.newest().cumulativeCount()).isEqualTo(2);
    }
  }
}
