package org.oml.prover.instance;

import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;

/** What the contracts say, for what is no service. */
public final class TestRecords {

  private TestRecords() {}

  public static ChainRecords of(ChainClient client, ContractAddresses addresses) {
    return new ContractRecords(client, addresses);
  }
}
