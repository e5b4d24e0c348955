package org.oml.chain.send;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;

/** Signs transactions (EIP-1559) with a key of the protocol. */
public final class TransactionSigner implements Signer {

  private final SigningKey key;
  private final BigInteger chainId;

  public TransactionSigner(SigningKey key, BigInteger chainId) {
    this.key = key;
    this.chainId = chainId;
  }

  /**
   * With the key of a keystore file (Web3 Secret Storage, version 3).
   *
   * @param passwordFile holds its password
   * @param chainId of the chain that the transactions are for
   */
  public static TransactionSigner ofKeystore(Path keystore, Path passwordFile, BigInteger chainId) {
    return new TransactionSigner(Keystore.load(keystore, passwordFile), chainId);
  }

  @Override
  public Address account() {
    return key.address();
  }

  @Override
  public byte[] sign(UnsignedTransaction unsigned) {
    Address recipient = unsigned.recipient();
    RawTransaction transaction =
        RawTransaction.createTransaction(
            chainId.longValueExact(),
            BigInteger.valueOf(unsigned.nonce()),
            unsigned.gasLimit(),
            recipient == null ? "" : recipient.toString(),
            BigInteger.ZERO,
            Hex.of(unsigned.data()),
            unsigned.priorityFee(),
            unsigned.maximumFee());
    byte[] signature = key.sign(Keccak.of(TransactionEncoder.encode(transaction))).toBytes();
    return TransactionEncoder.encode(
        transaction,
        new Sign.SignatureData(
            signature[64], Arrays.copyOf(signature, 32), Arrays.copyOfRange(signature, 32, 64)));
  }

  /**
   * The same, by its members.
   *
   * @param recipient the contract, or null to deploy one
   */
  public byte[] sign(
      long nonce,
      BigInteger gasLimit,
      @Nullable Address recipient,
      byte[] data,
      BigInteger maximumFee,
      BigInteger priorityFee) {
    return sign(new UnsignedTransaction(nonce, gasLimit, recipient, data, maximumFee, priorityFee));
  }
}
