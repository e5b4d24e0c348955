package org.oml.permission.epoch;

import java.math.BigInteger;
import java.util.Optional;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.contracts.binding.PermitLedger;
import org.oml.protocol.Bytes32;

/** What the PermitLedger has of epochs, whoever posted them. */
final class PostedEpochs {

  private final ChainClient client;
  private final PermitLedger ledger;

  PostedEpochs(ChainClient client, ContractAddresses addresses) {
    this.client = client;
    this.ledger = client.bind(PermitLedger::load, addresses.of(Contract.PERMIT_LEDGER));
  }

  /**
   * An epoch as the newest block has it.
   *
   * @param until its end, seconds since 1970
   * @param postedAt the time of the block, seconds since 1970
   */
  record Posted(Bytes32 permitRoot, long count, long until, long postedAt) {}

  Optional<Posted> find(Epoch.Key key) {
    PermitLedger.Epoch posted =
        client.read(ledger.epochOf(key.modelId().toBytes(), BigInteger.valueOf(key.number())));
    return posted.postedAt.signum() == 0
        ? Optional.empty()
        : Optional.of(
            new Posted(
                Bytes32.of(posted.permitRoot),
                posted.count.longValueExact(),
                posted.until.longValueExact(),
                posted.postedAt.longValueExact()));
  }
}
