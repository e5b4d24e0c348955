package org.oml.chain.send;

import org.oml.protocol.Address;
import org.oml.protocol.CodedException;

/**
 * Signs the transactions of one account: with a key from a keystore ({@link TransactionSigner}), or
 * wherever else the key is kept ({@link RemoteSigner}).
 */
public interface Signer {

  /** The account that signs. */
  Address account();

  /**
   * Signs for one chain, and answers within bounded time: the sender holds a lock meanwhile.
   *
   * @return the signed transaction (EIP-1559) as nodes take it; its hash is the keccak of it
   * @throws CodedException {@link org.oml.chain.ChainError#SIGNER_FAILED}
   */
  byte[] sign(UnsignedTransaction transaction);
}
