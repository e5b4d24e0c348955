package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CurveTest {

  private static final Curve JAVA = new BouncyCastleCurve();
  private static final List<BigInteger> EDGES =
      List.of(
          BigInteger.ONE,
          BigInteger.TWO,
          Signature.HALF_ORDER,
          Signature.HALF_ORDER.add(BigInteger.ONE),
          Signature.ORDER.subtract(BigInteger.ONE));

  @Test
  @EnabledOnOs(OS.LINUX)
  void nativeLibraryLoadsOnLinux() {
    assertThat(NativeCurve.load()).isPresent();
  }

  @Test
  void aLibraryThatIsNotTheKnownOneIsNotLoaded() {
    for (String machine : List.of("x86_64", "aarch64", "riscv64")) {
      assertThat(NativeCurve.isKnown(new byte[100], machine)).isFalse();
    }
  }

  @Test
  void bothSignAndRecoverAlikeOnRandomInputs() {
    Curve fast = NativeCurve.load().orElseThrow();
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Bytes32 secret = bytes(random);
      Bytes32 digest = bytes(random);
      Signature signature = fast.sign(secret, digest);
      assertThat(signature).isEqualTo(JAVA.sign(secret, digest));
      Address signer = fast.recover(digest, signature);
      assertThat(signer).isEqualTo(fast.address(secret)).isEqualTo(JAVA.address(secret));
    }
  }

  @Test
  void bothRecoverTheSameFromAnythingThatHasTheFormOfASignature() {
    Curve fast = NativeCurve.load().orElseThrow();
    Random random = new Random(2);
    int nobody = 0;
    for (int i = 0; i < 10_000; i++) {
      Bytes32 digest = bytes(random);
      BigInteger r = new BigInteger(1, bytes(random).toBytes()).mod(Signature.ORDER);
      BigInteger s = new BigInteger(1, bytes(random).toBytes()).mod(Signature.HALF_ORDER);
      Signature signature =
          Signature.of(r.max(BigInteger.ONE), s.max(BigInteger.ONE), 27 + random.nextInt(2));
      Address signer = JAVA.recover(digest, signature);
      assertThat(fast.recover(digest, signature)).isEqualTo(signer);
      nobody += signer.equals(Address.ZERO) ? 1 : 0;
    }
    // About half of all r are no point's x; both kinds must have been met.
    assertThat(nobody).isBetween(4_500, 5_500);
  }

  @Test
  void bothAgreeAtTheEdges() {
    Curve fast = NativeCurve.load().orElseThrow();
    List<Bytes32> digests = new ArrayList<>(List.of(Bytes32.ZERO, bytes(Signature.ORDER)));
    digests.add(bytes(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE)));
    EDGES.forEach(edge -> digests.add(bytes(edge)));
    for (Bytes32 digest : digests) {
      for (BigInteger secret : EDGES) {
        assertThat(fast.sign(bytes(secret), digest)).isEqualTo(JAVA.sign(bytes(secret), digest));
        assertThat(fast.address(bytes(secret))).isEqualTo(JAVA.address(bytes(secret)));
      }
      for (BigInteger r : EDGES) {
        for (BigInteger s : EDGES.subList(0, 3)) {
          for (int v = 27; v <= 28; v++) {
            Signature signature = Signature.of(r, s, v);
            assertThat(fast.recover(digest, signature)).isEqualTo(JAVA.recover(digest, signature));
          }
        }
      }
      if (!digest.isZero() && !digest.equals(bytes(Signature.ORDER))) {
        Signature infinity = Signature.of(SignatureVectors.infinity(digest));
        assertThat(JAVA.recover(digest, infinity)).isEqualTo(Address.ZERO);
        assertThat(fast.recover(digest, infinity)).isEqualTo(Address.ZERO);
      }
    }
  }

  @Test
  void theKeyOneHasTheAddressThatEverybodyKnows() {
    assertThat(SigningKey.of(bytes(BigInteger.ONE)).address().toString())
        .isEqualTo("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
  }

  @Test
  void aKeyOutOfRangeIsRefusedAndNeverShown() {
    for (BigInteger secret : List.of(BigInteger.ZERO, Signature.ORDER)) {
      assertThatThrownBy(() -> SigningKey.of(bytes(secret)))
          .isInstanceOfSatisfying(
              CodedException.class,
              e -> assertThat(e.code()).isEqualTo(ProtocolError.KEYSTORE_INVALID))
          .hasMessageNotContaining(secret.toString(16));
    }
    assertThat(Vectors.KEY.toString()).isEqualTo("key of " + Vectors.KEY.address());
  }

  private static Bytes32 bytes(BigInteger value) {
    return Bytes32.of(Unsigned.bytes(value, 32));
  }

  private static Bytes32 bytes(Random random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    // Below the order, so that it serves as a key as well.
    bytes[0] &= 0x7f;
    return Bytes32.of(bytes);
  }
}
