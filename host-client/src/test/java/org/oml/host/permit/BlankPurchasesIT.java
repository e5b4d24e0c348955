package org.oml.host.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.host.HostFiles;
import org.oml.host.HostIdentity;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;
import org.oml.host.journal.Journal;
import org.oml.host.permit.BlankPurchases.Purchase;
import org.oml.host.usage.UsageTally;
import org.oml.host.usage.UsageTally.Open;
import org.oml.host.usage.UsageTally.Sum;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;

/** Blank permits are paid once and counted once, wherever the host dies. */
class BlankPurchasesIT {

  private static final int COUNT = 20;

  @TempDir Path directory;
  private TestHost files;
  private TestPermissions permissions;
  private HostIdentity host;

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

  /** One life, which ends without tidying up. */
  private final class Life implements AutoCloseable {

    final Journal journal = Journal.open(files.journal(), Clock.systemUTC());
    final PermissionServicePermits service =
        new PermissionServicePermits(
            permissions.url(), host, Duration.ofSeconds(5), Clock.systemUTC());
    final BlankPermits stock =
        BlankPermits.open(
            files.journal().resolve("blank-permits.json"),
            PermitCheck.trusting(host, Set.of(TestPermissions.SIGNER.address()), Clock.systemUTC()),
            Clock.systemUTC());
    final BlankPurchases purchases =
        new BlankPurchases(service, stock, journal, unanswered(), Clock.systemUTC());

    private Optional<Purchase> unanswered() {
      return open().stream()
          .findFirst()
          .map(open -> new Purchase(open.id(), open.blanks(), open.at()));
    }

    @Override
    public void close() throws IOException {
      service.close();
      journal.close();
    }
  }

  private List<Open> open() {
    try {
      return UsageTally.open(files.journal()).open();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Sum counted() throws IOException {
    return UsageTally.open(files.journal()).sum();
  }

  @Test
  void areCountedWhenTheyAreBought() throws IOException {
    try (Life life = new Life()) {
      life.purchases.buy(COUNT);
      assertThat(life.stock.count(Duration.ZERO)).isEqualTo(COUNT);
    }
    assertThat(counted()).isEqualTo(new Sum(COUNT, BigInteger.valueOf(10L * COUNT)));
  }

  /** The host dies after the sale and before it has the answer: the next life has the same ones. */
  @Test
  void ofALostAnswerAreHadByTheNextLifeAndPaidOnce() throws IOException {
    permissions.lostAnswers.set(1);
    try (Life life = new Life()) {
      assertThatThrownBy(() -> life.purchases.buy(COUNT)).isInstanceOf(IOException.class);
      assertThat(life.stock.count(Duration.ZERO)).isZero();
    }
    assertThat(permissions.had()).isEqualTo(COUNT);
    assertThat(counted()).isEqualTo(Sum.NOTHING);
    try (Life life = new Life()) {
      life.purchases.buy(5);
      assertThat(life.stock.count(Duration.ZERO)).isEqualTo(COUNT);
    }
    assertThat(permissions.had()).isEqualTo(COUNT);
    assertThat(counted().count()).isEqualTo(COUNT);
    assertThat(open()).isEmpty();
  }

  /** What was used in one life comes back in no other. */
  @Test
  void areUsedOnceOverLives() throws IOException {
    Set<Bytes32> used = new HashSet<>();
    for (int life = 0; life < 4; life++) {
      try (Life running = new Life()) {
        running.purchases.buy(COUNT);
        for (int i = 0; i < COUNT / 2; i++) {
          assertThat(used.add(running.stock.next().orElseThrow().permitHash())).isTrue();
        }
      }
    }
    assertThat(counted().count()).isEqualTo(4L * COUNT);
  }

  @Test
  void thatAreRefusedAreNotOpenAnyMore() throws IOException {
    permissions.refusal = new TestPermissions.Refusal(403, "PERMISSION_BALANCE_TOO_SMALL");
    permissions.refusals.set(1);
    try (Life life = new Life()) {
      assertThatThrownBy(() -> life.purchases.buy(COUNT)).isInstanceOf(CodedException.class);
      life.purchases.buy(COUNT);
    }
    assertThat(open()).isEmpty();
    assertThat(counted().count()).isEqualTo(COUNT);
  }
}
