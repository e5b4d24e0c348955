package org.oml.permission.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.oml.permission.PermissionError;
import org.oml.permission.ledger.Entry;
import org.oml.permission.ledger.Ledger;
import org.oml.permission.ledger.ModelUsage;
import org.oml.permission.ledger.MonthUsage;
import org.oml.permission.ledger.PermitOrder;
import org.oml.permission.ledger.TotalUsage;
import org.oml.permission.ledger.Usage;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningKey;
import org.oml.protocol.UsageAck;

class PermitLookupTest {

  private static final Address PROVER = SigningKey.of(Keccak.of("prover")).address();
  private static final Address DASHBOARD = SigningKey.of(Keccak.of("dashboard")).address();
  private static final TotalUsage TOTAL = new TotalUsage(3, BigInteger.TEN, 1, List.of());

  private final PermitLookup lookup =
      new PermitLookup(
          () -> {
            throw new AssertionError("the chain has nothing to say about dashboards");
          },
          new FixedLedger(),
          Set.of(PROVER),
          Set.of(DASHBOARD),
          4,
          InstantSource.system());

  @Test
  void showsTheUsageOfAllHostsToDashboards() {
    assertThat(lookup.totalUsage(DASHBOARD)).isEqualTo(TOTAL);
  }

  @Test
  void showsTheUsageOfAllHostsToNobodyElse() {
    for (Address other : List.of(PROVER, Address.ZERO)) {
      assertThatThrownBy(() -> lookup.totalUsage(other))
          .isInstanceOfSatisfying(
              CodedException.class, e -> assertThat(e.code()).isEqualTo(PermissionError.NOT_YOURS));
    }
  }

  /** A ledger in which nothing changes. */
  private static final class FixedLedger implements Ledger {

    @Override
    public long drawSerials(int count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Entry> record(PermitOrder order) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<IssuedPermit> sellBlanks(PermitOrder order, Bytes32 requestId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean acknowledge(UsageAck acknowledgement, Signature signature) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean noteLookup(Address account, Bytes32 queryHash, long most, int permits, long at) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<MonthUsage> monthOf(Address host, int month) {
      return List.of();
    }

    @Override
    public List<IssuedPermit> permitsFor(Bytes32 queryHash) {
      return List.of();
    }

    @Override
    public Optional<Usage> usageOf(Address host) {
      return Optional.empty();
    }

    @Override
    public List<ModelUsage> usageByModel(Address host) {
      return List.of();
    }

    @Override
    public TotalUsage totalUsage(int most) {
      return TOTAL;
    }
  }
}
