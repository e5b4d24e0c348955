package org.oml.prover;

import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.protocol.CodedException;
import org.web3j.protocol.core.RemoteFunctionCall;

/** Reads of the chain that fail as the prover's own: with {@link ProverError#CHAIN_UNAVAILABLE}. */
public record ChainReads(ChainClient client) {

  /**
   * Calls a contract.
   *
   * @throws CodedException {@link ProverError#CHAIN_UNAVAILABLE}
   */
  public <T> T ask(RemoteFunctionCall<T> call) {
    try {
      return client.read(call);
    } catch (CodedException e) {
      throw unavailable(e);
    }
  }

  /**
   * The newest block.
   *
   * @throws CodedException {@link ProverError#CHAIN_UNAVAILABLE}
   */
  public Block head() {
    try {
      return client.head();
    } catch (CodedException e) {
      throw unavailable(e);
    }
  }

  /** What to throw in place of what the chain's client threw. */
  public static CodedException unavailable(CodedException cause) {
    return new CodedException(
        ProverError.CHAIN_UNAVAILABLE, "The chain did not answer: " + cause.getMessage(), cause);
  }
}
