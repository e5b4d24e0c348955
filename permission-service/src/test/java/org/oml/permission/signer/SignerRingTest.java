package org.oml.permission.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.permission.host.HostRegister;
import org.oml.permission.host.TestChain;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;

class SignerRingTest {

  private static final PermitSigner OLD = signer("old");
  private static final PermitSigner NEW = signer("new");

  private static PermitSigner signer(String name) {
    return new KeystoreSigner(SigningKey.of(Keccak.of(name)));
  }

  @Test
  void theNewKeyTakesOverInTheSecondFromWhichTheChainLetsItAndTheOldOneGoesOnUntilThen() {
    HostRegister register =
        new TestChain()
            .signer(OLD.address(), 0)
            .signer(NEW.address(), 1_000)
            .retired(OLD.address(), 2_000)
            .register();
    for (SignerRing ring : List.of(new SignerRing(List.of(OLD, NEW)), ring(NEW, OLD))) {
      assertThat(ring.at(register, 999)).contains(OLD);
      assertThat(ring.at(register, 1_000)).contains(NEW);
      assertThat(ring.at(register, 5_000)).contains(NEW);
    }
  }

  private static SignerRing ring(PermitSigner... signers) {
    return new SignerRing(List.of(signers));
  }

  @Test
  void theOldKeyGoesOnWhileTheNewOneIsNotOnChain() {
    HostRegister register = new TestChain().signer(OLD.address(), 0).register();
    assertThat(ring(OLD, NEW).at(register, 7)).contains(OLD);
    assertThat(ring(OLD).at(register, 7)).contains(OLD);
  }

  @Test
  void nobodySignsWhereTheChainAuthorisesNoKey() {
    HostRegister register =
        new TestChain().signer(OLD.address(), 0).retired(OLD.address(), 10).register();
    assertThat(ring(OLD, NEW).at(register, 10)).isEmpty();
    assertThat(ring(OLD).at(register, 10)).isEmpty();
    assertThat(ring(NEW).at(register, 5)).isEmpty();
  }

  @Test
  void aRingHasAKey() {
    assertThatThrownBy(SignerRingTest::ring).isInstanceOf(IllegalArgumentException.class);
  }
}
