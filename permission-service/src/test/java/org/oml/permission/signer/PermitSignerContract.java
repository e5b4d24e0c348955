package org.oml.permission.signer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.NoPermit;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;

/** What every signer must do, wherever its key lies. */
abstract class PermitSignerContract {

  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.ONE, Address.ZERO);

  /** One that can sign. */
  protected abstract PermitSigner signer() throws Exception;

  @Test
  void whatItSignsRecoversToItsAddress() throws Exception {
    PermitSigner signer = signer();
    for (int i = 0; i < 50; i++) {
      NoPermit statement = new NoPermit(Keccak.of("permit " + i), i);
      Signature signature = signer.sign(statement.digest(DOMAIN));
      assertThat(statement.signer(DOMAIN, signature)).isEqualTo(signer.address());
    }
  }

  @Test
  void itsSignaturesAreOfTheOneFormThatContractsTake() throws Exception {
    PermitSigner signer = signer();
    for (int i = 0; i < 50; i++) {
      byte[] bytes = signer.sign(Keccak.of("digest " + i)).toBytes();
      // Parsing refuses a high s and any v but 27 and 28.
      assertThat(Signature.of(bytes).toBytes()).hasSize(65).isEqualTo(bytes);
    }
  }

  @Test
  void itSignsAtTheEdgesOfWhatADigestCanBe() throws Exception {
    PermitSigner signer = signer();
    for (String digest : List.of("00".repeat(32), "ff".repeat(32))) {
      assertThat(signer.sign(Bytes32.parse("0x" + digest)).toBytes()).hasSize(65);
    }
  }

  @Test
  void manyThreadsMaySignAtOnce() throws Exception {
    PermitSigner signer = signer();
    NoPermit statement = new NoPermit(Keccak.of("permit"), 1);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Signature>> signed =
          IntStream.range(0, 64)
              .mapToObj(i -> threads.submit(() -> signer.sign(statement.digest(DOMAIN))))
              .toList();
      for (Future<Signature> signature : signed) {
        assertThat(statement.signer(DOMAIN, signature.get())).isEqualTo(signer.address());
      }
    }
  }
}
