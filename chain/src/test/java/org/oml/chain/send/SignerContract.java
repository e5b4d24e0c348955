package org.oml.chain.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Hex;
import org.oml.protocol.SigningKey;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.transaction.type.Transaction1559;

/** What every signer does, wherever its key is. */
abstract class SignerContract {

  static final BigInteger CHAIN = BigInteger.valueOf(31_337);
  private static final Address CONTRACT = SigningKey.random().address();

  abstract Signer signer();

  @Test
  void signsWithTheKeyOfItsAccount() throws SignatureException {
    SignedRawTransaction signed = sign(transaction(7, CONTRACT, new byte[] {1, 2, 3}));

    assertThat(Address.parse(signed.getFrom().toLowerCase(Locale.ROOT)))
        .isEqualTo(signer().account());
  }

  @Test
  void signsWhatItWasAskedTo() {
    SignedRawTransaction signed = sign(transaction(7, CONTRACT, new byte[] {1, 2, 3}));

    Transaction1559 content = (Transaction1559) signed.getTransaction();
    assertThat(content.getChainId()).isEqualTo(31_337);
    assertThat(content.getNonce()).isEqualTo(7);
    assertThat(content.getGasLimit()).isEqualTo(100_000);
    assertThat(content.getValue()).isZero();
    assertThat(content.getTo()).isEqualToIgnoringCase(CONTRACT.toString());
    assertThat(content.getData()).endsWith("010203");
    assertThat(content.getMaxFeePerGas()).isEqualTo(5_000_000_000L);
    assertThat(content.getMaxPriorityFeePerGas()).isEqualTo(1_000_000_000L);
  }

  @Test
  void signsTheFirstNonceAndACallWithoutData() {
    SignedRawTransaction signed = sign(transaction(0, CONTRACT, new byte[0]));

    assertThat(signed.getNonce()).isZero();
    assertThat(signed.getData().replace("0x", "")).isEmpty();
  }

  @Test
  void signsTheSameTwiceAlike() {
    UnsignedTransaction transaction = transaction(7, CONTRACT, new byte[] {1});

    assertThat(signer().sign(transaction)).isEqualTo(signer().sign(transaction));
  }

  private SignedRawTransaction sign(UnsignedTransaction transaction) {
    return (SignedRawTransaction) TransactionDecoder.decode(Hex.of(signer().sign(transaction)));
  }

  static UnsignedTransaction transaction(long nonce, @Nullable Address recipient, byte[] data) {
    return new UnsignedTransaction(
        nonce,
        BigInteger.valueOf(100_000),
        recipient,
        data,
        BigInteger.valueOf(5_000_000_000L),
        BigInteger.valueOf(1_000_000_000L));
  }
}
