package org.oml.chain.send;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;

/** What a transaction costs now; the node is asked when somebody first wants to know. */
final class Market {

  private final ChainClient client;
  private final Block head;
  private @Nullable Fees fees;

  Market(ChainClient client, Block head) {
    this.client = client;
    this.head = head;
  }

  Block head() {
    return head;
  }

  Fees fees() {
    Fees known = fees;
    if (known == null) {
      BigInteger priority = client.suggestedPriorityFee();
      known = Fees.onTopOf(head, priority);
      fees = known;
    }
    return known;
  }
}
