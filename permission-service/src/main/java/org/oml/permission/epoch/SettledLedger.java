package org.oml.permission.epoch;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.contracts.binding.PermitLedger;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.TypeEncoder;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/** What the PermitLedger says of charges, for whoever settles none. */
final class SettledLedger {

  /** Nodes refuse more at a time. */
  private static final long BLOCKS_AT_ONCE = 10_000;

  private static final String REFUSED = EventEncoder.encode(PermitLedger.CHARGEREFUSED_EVENT);
  private static final String CLOSED = EventEncoder.encode(PermitLedger.EPOCHCLOSED_EVENT);

  private final ChainClient client;
  private final Address address;
  private final PermitLedger ledger;
  private final long firstBlock;
  private final int finalityDepth;

  /**
   * @param finalityDepth blocks on top of a block after which it is taken for final
   */
  SettledLedger(ChainClient client, ContractAddresses addresses, int finalityDepth) {
    this.client = client;
    this.address = addresses.of(Contract.PERMIT_LEDGER);
    this.ledger = client.bind(PermitLedger::load, address);
    this.firstBlock = addresses.deployedAtBlock();
    this.finalityDepth = finalityDepth;
  }

  /** How long an operator may post nothing before balances leave at once. */
  Duration operatorSilence() {
    BigInteger seconds = client.read(ledger.parameters()).operatorSilence;
    return Duration.ofSeconds(seconds.min(BigInteger.valueOf(Integer.MAX_VALUE)).longValue());
  }

  /** How much a host can be charged now, in the newest block. */
  BigInteger headroom(Bytes32 modelId, Address host) {
    return client.read(ledger.balanceOf(modelId.toBytes(), host.toString())).headroom;
  }

  /**
   * What was refused of an epoch's charges, by host.
   *
   * @return empty as long as the epoch is not closed in a final block
   */
  Optional<Map<Address, BigInteger>> refused(Epoch epoch) {
    Long postedAt = epoch.progress().postedAt();
    long end = client.head().number() - finalityDepth;
    if (postedAt == null || end < firstBlock) {
      return Optional.empty();
    }
    Map<Address, BigInteger> refused = new TreeMap<>();
    for (long from = blockAt(postedAt, end); from <= end; from += BLOCKS_AT_ONCE) {
      EthFilter filter = filter(epoch, from, Math.min(end, from + BLOCKS_AT_ONCE - 1));
      for (EthLog.LogResult<?> result : client.send(web3j -> web3j.ethGetLogs(filter)).getLogs()) {
        Log log = (Log) result.get();
        if (log.getTopics().getFirst().equals(CLOSED)) {
          return Optional.of(refused);
        }
        var event = PermitLedger.getChargeRefusedEventFromLog(log);
        refused.merge(Address.parse(event.host), event.amount, BigInteger::add);
      }
    }
    return Optional.empty();
  }

  private EthFilter filter(Epoch epoch, long from, long to) {
    EthFilter filter =
        new EthFilter(
            DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
            DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
            address.toString());
    filter.addOptionalTopics(REFUSED, CLOSED);
    filter.addSingleTopic(epoch.key().modelId().toString());
    filter.addSingleTopic(
        "0x" + TypeEncoder.encode(new Uint64(BigInteger.valueOf(epoch.key().number()))));
    return filter;
  }

  /** The first block of a time or later, found by halving. */
  private long blockAt(long time, long last) {
    long low = firstBlock;
    long high = last;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (timeOf(middle) < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long timeOf(long block) {
    return client
        .block(block)
        .orElseThrow(
            () ->
                new CodedException(
                    PermissionError.CHAIN_AWAY, "The node has no block " + block + "."))
        .timestamp();
  }
}
