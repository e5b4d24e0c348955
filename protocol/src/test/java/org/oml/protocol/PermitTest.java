package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PermitTest {

  private static final Permit PERMIT = Vectors.PERMIT;
  private static final SigningDomain DOMAIN = Vectors.DOMAIN;
  private static final long ISSUED = PERMIT.issuedAt();
  private static final PermitCheck CHECK =
      new PermitCheck(
          DOMAIN,
          PERMIT.host(),
          (signer, issuedAt) -> signer.equals(Vectors.KEY.address()) && issuedAt >= ISSUED);

  @Test
  void stringFormsReadBackToTheSame() {
    SignedPermit alone = SignedPermit.sign(PERMIT, DOMAIN, Vectors.KEY);
    assertThat(IssuedPermit.parse(alone.encode())).isEqualTo(alone);
    for (int count = 1; count <= 33; count++) {
      for (BatchedPermit one : Vectors.batch(count)) {
        IssuedPermit read = IssuedPermit.parse(one.encode());
        assertThat(read).isEqualTo(one);
        assertThat(read.signer(DOMAIN)).isEqualTo(Vectors.KEY.address());
      }
    }
  }

  @Test
  void receiptReadsBackToTheSame() {
    SignedReceipt receipt =
        SignedReceipt.sign(Vectors.receipt(Bytes32.ZERO, PERMIT.structHash()), DOMAIN, Vectors.KEY);
    assertThat(SignedReceipt.parse(receipt.encode())).isEqualTo(receipt);
    assertThat(SignedReceipt.parse(receipt.encode()).signer(DOMAIN))
        .isEqualTo(Vectors.KEY.address());
  }

  @Test
  void aChangedCharacterIsRefusedOrHasAnotherSigner() {
    Random random = new Random(3);
    String good = Vectors.batch(5).get(4).encode();
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+";
    int read = 0;
    for (int i = 0; i < 2_000; i++) {
      StringBuilder changed = new StringBuilder(good);
      changed.setCharAt(
          random.nextInt(good.length()), letters.charAt(random.nextInt(letters.length())));
      if (changed.toString().equals(good)) {
        continue;
      }
      try {
        assertThat(IssuedPermit.parse(changed.toString()).signer(DOMAIN))
            .isNotEqualTo(Vectors.KEY.address());
        read++;
      } catch (CodedException e) {
        assertThat(e.code().code()).startsWith("PROTOCOL_");
      }
    }
    assertThat(read).isGreaterThan(500);
  }

  @Test
  void aPathHoldsForItsOwnPlaceAlone() {
    List<BatchedPermit> batch = Vectors.batch(7);
    for (BatchedPermit one : batch) {
      for (int index = 0; index < 7; index++) {
        Optional<Bytes32> root = root(one.permitHash(), index, 7, one.path());
        assertThat(root.equals(Optional.of(one.batch().root()))).isEqualTo(index == one.index());
      }
      List<Bytes32> longer = new ArrayList<>(one.path());
      longer.add(Bytes32.ZERO);
      assertThat(root(one.permitHash(), one.index(), 7, longer)).isEmpty();
    }
    assertThat(root(batch.getFirst().permitHash(), 7, 7, batch.getFirst().path())).isEmpty();
    assertThat(root(batch.getFirst().permitHash(), 0, 0, List.of())).isEmpty();
  }

  @Test
  void saysWhyAPermitDoesNotAllowAnAnswer() {
    SignedPermit good = SignedPermit.sign(PERMIT, DOMAIN, Vectors.KEY);
    Bytes32 query = PERMIT.queryHash();
    assertThat(CHECK.fault(good, query, ISSUED)).isEmpty();
    assertThat(CHECK.fault(good, query, ISSUED - 60)).isEmpty();
    assertThat(CHECK.fault(good, query, ISSUED - 61))
        .contains(ProtocolError.PERMIT_FROM_THE_FUTURE);
    assertThat(CHECK.fault(good, query, PERMIT.expiresAt() - 1)).isEmpty();
    assertThat(CHECK.fault(good, query, PERMIT.expiresAt())).contains(ProtocolError.PERMIT_EXPIRED);
    assertThat(CHECK.fault(good, Vectors.some("other"), ISSUED))
        .contains(ProtocolError.PERMIT_FOR_ANOTHER_QUERY);
    assertThat(CHECK.fault(SignedPermit.sign(PERMIT, DOMAIN, Vectors.key("x")), query, ISSUED))
        .contains(ProtocolError.PERMIT_SIGNER_UNKNOWN);
    PermitCheck other = new PermitCheck(DOMAIN, Vectors.key("x").address(), (s, t) -> true);
    assertThat(other.fault(good, query, ISSUED)).contains(ProtocolError.PERMIT_FOR_ANOTHER_HOST);
    SigningDomain chain = new SigningDomain(BigInteger.ONE, DOMAIN.permitLedger());
    assertThat(CHECK.fault(SignedPermit.sign(PERMIT, chain, Vectors.KEY), query, ISSUED))
        .contains(ProtocolError.PERMIT_SIGNER_UNKNOWN);
    SignedPermit eternal = SignedPermit.sign(living(601), DOMAIN, Vectors.KEY);
    assertThat(CHECK.fault(eternal, query, ISSUED)).contains(ProtocolError.PERMIT_LIVES_TOO_LONG);
    assertThatThrownBy(() -> CHECK.require(eternal, query, ISSUED))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(ProtocolError.PERMIT_LIVES_TOO_LONG));
  }

  @Test
  void numbersThatTheirTypeDoesNotHoldAreRefused() {
    assertThatThrownBy(() -> living(-PERMIT.issuedAt() - 1))
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(ProtocolError.VALUE_OUT_OF_RANGE));
    assertThatThrownBy(() -> Unsigned.bytes(BigInteger.ONE.shiftLeft(128), 16))
        .isInstanceOf(CodedException.class);
  }

  private static Permit living(long seconds) {
    return new Permit(
        PERMIT.modelId(),
        PERMIT.instanceId(),
        PERMIT.host(),
        PERMIT.termsVersion(),
        PERMIT.queryHash(),
        PERMIT.serial(),
        ISSUED,
        ISSUED + seconds,
        PERMIT.price());
  }

  private static Optional<Bytes32> root(Bytes32 hash, int index, int count, List<Bytes32> path) {
    try {
      return Optional.of(PermitTree.root(hash, index, count, path));
    } catch (CodedException e) {
      return Optional.empty();
    }
  }
}
