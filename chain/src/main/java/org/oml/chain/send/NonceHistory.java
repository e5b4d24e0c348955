package org.oml.chain.send;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;

/**
 * Finds which transaction used a nonce. That a node knows no receipt proves nothing: it may have
 * thrown old ones away, or be behind. So the blocks themselves are searched, backwards, a few at a
 * time.
 */
final class NonceHistory {

  private static final int BLOCKS_AT_ONCE = 64;

  private final ChainClient client;
  private final Address account;

  /** For each nonce that is being searched, the next block to look into. */
  private final Map<Long, Long> searches = new HashMap<>();

  NonceHistory(ChainClient client, Address account) {
    this.client = client;
    this.account = account;
  }

  /**
   * @param nonce that was used at this block or before
   * @param lastBlock a final one
   * @return none as long as there are older blocks to be searched the next time
   * @throws CodedException {@link ChainError#HISTORY_MISSING} if the node's blocks do not go back
   *     that far
   */
  synchronized Optional<Bytes32> userOf(long nonce, long lastBlock) {
    long block = Math.min(searches.getOrDefault(nonce, lastBlock), lastBlock);
    for (int i = 0; i < BLOCKS_AT_ONCE; i++, block--) {
      Optional<Bytes32> found = in(block, nonce);
      if (found.isPresent()) {
        searches.remove(nonce);
        return found;
      }
    }
    searches.put(nonce, block);
    return Optional.empty();
  }

  private Optional<Bytes32> in(long block, long nonce) {
    try {
      if (block >= 0) {
        return client.transactionIn(block, account, nonce);
      }
    } catch (CodedException e) {
      if (e.code() != ChainError.REFUSED) {
        throw e;
      }
    }
    searches.remove(nonce);
    throw missing(nonce);
  }

  CodedException missing(long nonce) {
    return new CodedException(
        ChainError.HISTORY_MISSING,
        "The nonce %d of %s was used, and the node no longer knows what came of it."
            .formatted(nonce, account));
  }
}
