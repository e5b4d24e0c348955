package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.oml.chain.ChainError;
import org.oml.protocol.Keccak;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Calls that nobody may read in the database before they are sent. */
class SealedIntentIT extends SenderOnAnvil {

  @Test
  void neitherTheCallNorTheSignedTransactionIsInTheDatabase() {
    chain.holdTransactions();
    TransactionSender sender = sealing(new TestSeal("one"));
    Intent payment = payment("a", 10);

    sender.submit(payment);
    sender.advance();

    assertThat(sender.find("a").orElseThrow().state()).isEqualTo(IntentState.BROADCAST);
    assertThat(stored("select data from chain_intent"))
        .doesNotContain(HexFormat.of().formatHex(payment.data()));
    assertThat(stored("select signed from chain_attempt"))
        .doesNotContain(HexFormat.of().formatHex(payment.data()));
  }

  @Test
  void isSentOnceAcrossARestart() {
    sealing(new TestSeal("one")).submit(payment("a", 10));
    TransactionSender next = sealing(new TestSeal("one"));

    next.submit(payment("a", 10));
    advance(next, 2);

    assertThat(next.find("a").orElseThrow().state()).isEqualTo(IntentState.FINAL);
    assertRefused(() -> next.submit(payment("a", 11)), ChainError.INTENT_CONFLICT);
    assertPaid(10, 1);
  }

  @Test
  void withoutTheSealNothingIsSent() {
    sealing(new TestSeal("one")).submit(payment("a", 10));

    assertRefused(sealing(null)::advance, ChainError.PAYLOAD_SEALED);
    assertThatThrownBy(sealing(new TestSeal("another"))::advance)
        .isInstanceOf(IllegalStateException.class);

    assertPaid(0, 0);
  }

  @Test
  void whatWasKeptBeforeThereWasASealIsStillSent() {
    sealing(null).submit(payment("a", 10));

    advance(sealing(new TestSeal("one")), 2);

    assertPaid(10, 1);
  }

  private TransactionSender sealing(@Nullable PayloadSeal seal) {
    return new TransactionSender(
        database,
        chain.client(),
        new TransactionSigner(owner, chain.client().chainId()),
        chain.settings(0),
        SenderLimits.DEFAULT,
        seal);
  }

  private String stored(String query) {
    return HexFormat.of()
        .formatHex(JdbcClient.create(database).sql(query).query(byte[].class).single());
  }

  /** AES-GCM with a nonce from the purpose, which serves a test alone. */
  private record TestSeal(String name) implements PayloadSeal {

    @Override
    public byte[] seal(byte[] payload, String purpose) {
      return run(Cipher.ENCRYPT_MODE, payload, purpose);
    }

    @Override
    public byte[] open(byte[] sealed, String purpose) {
      return run(Cipher.DECRYPT_MODE, sealed, purpose);
    }

    private byte[] run(int mode, byte[] input, String purpose) {
      byte[] key = Keccak.of(name).toBytes();
      byte[] nonce = Arrays.copyOf(Keccak.of(purpose).toBytes(), 12);
      try {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(ByteBuffer.wrap(purpose.getBytes(StandardCharsets.UTF_8)));
        return cipher.doFinal(input);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("it does not open", e);
      }
    }
  }
}
