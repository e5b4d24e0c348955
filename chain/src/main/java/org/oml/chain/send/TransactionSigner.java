package org.oml.chain.send;

import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;

/** Signs transactions (EIP-1559) with a key of the protocol. */
public final class TransactionSigner {

  private final SigningKey key;
  private final BigInteger chainId;

  public TransactionSigner(SigningKey key, BigInteger chainId) {
    this.key = key;
    this.chainId = chainId;
  }

  /** The account that signs. */
  public Address account() {
    return key.address();
  }

  /**
   * @param recipient the contract, or null to deploy one
   * @param maximumFee wei for each unit of gas in all
   * @param priorityFee wei of it for the block's builder
   * @return the transaction as nodes take it; its hash is the keccak of it
   */
  public byte[] sign(
      long nonce,
      BigInteger gasLimit,
      @Nullable Address recipient,
      byte[] data,
      BigInteger maximumFee,
      BigInteger priorityFee) {
    RawTransaction transaction =
        RawTransaction.createTransaction(
            chainId.longValueExact(),
            BigInteger.valueOf(nonce),
            gasLimit,
            recipient == null ? "" : recipient.toString(),
            BigInteger.ZERO,
            Hex.of(data),
            priorityFee,
            maximumFee);
    byte[] signature = key.sign(Keccak.of(TransactionEncoder.encode(transaction))).toBytes();
    return TransactionEncoder.encode(
        transaction,
        new Sign.SignatureData(
            signature[64], Arrays.copyOf(signature, 32), Arrays.copyOfRange(signature, 32, 64)));
  }
}
