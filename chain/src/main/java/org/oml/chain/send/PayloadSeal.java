package org.oml.chain.send;

/**
 * Keeps what is to be sent from whoever reads the database before it is in the chain, where
 * everybody may read it. A prover's reveal, for instance, holds keys and salts of fingerprints.
 */
public interface PayloadSeal {

  /**
   * @param purpose is authenticated with it: what was sealed for one does not open for another
   */
  byte[] seal(byte[] payload, String purpose);

  /** What was sealed for this purpose; throws if it does not open. */
  byte[] open(byte[] sealed, String purpose);
}
