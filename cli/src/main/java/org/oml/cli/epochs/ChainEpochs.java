package org.oml.cli.epochs;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.contracts.binding.PermitLedger;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/** What the PermitLedger says of epochs: its events, from its deployment to the newest block. */
final class ChainEpochs {

  /** Nodes refuse more at a time. */
  private static final long BLOCKS_AT_ONCE = 10_000;

  private static final String POSTED = EventEncoder.encode(PermitLedger.EPOCHPOSTED_EVENT);
  private static final String SETTLED = EventEncoder.encode(PermitLedger.CHARGESSETTLED_EVENT);
  private static final String CLOSED = EventEncoder.encode(PermitLedger.EPOCHCLOSED_EVENT);
  private static final String REFUSED = EventEncoder.encode(PermitLedger.CHARGEREFUSED_EVENT);
  private static final String ABANDONED = EventEncoder.encode(PermitLedger.EPOCHABANDONED_EVENT);

  private final Map<Key, Header> posted = new HashMap<>();
  private final Map<Key, ByteArrayOutputStream> settled = new HashMap<>();
  private final Map<Key, Map<Address, BigInteger>> refused = new HashMap<>();
  private final Set<Key> closed = new HashSet<>();
  private final Set<Key> abandoned = new HashSet<>();

  private record Key(Bytes32 modelId, long number) {

    static Key of(byte[] modelId, BigInteger epoch) {
      return new Key(Bytes32.of(modelId), epoch.longValueExact());
    }
  }

  /** What was posted of an epoch. */
  record Header(Bytes32 permitRoot, Bytes32 chargeHead, long count, long until, BigInteger total) {}

  private ChainEpochs() {}

  /** Reads all events. */
  static ChainEpochs read(ChainClient client, ContractAddresses addresses) {
    ChainEpochs epochs = new ChainEpochs();
    long head = client.head().number();
    for (long from = addresses.deployedAtBlock(); from <= head; from += BLOCKS_AT_ONCE) {
      EthFilter filter =
          new EthFilter(
              DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
              DefaultBlockParameter.valueOf(
                  BigInteger.valueOf(Math.min(head, from + BLOCKS_AT_ONCE - 1))),
              addresses.of(Contract.PERMIT_LEDGER).toString());
      filter.addOptionalTopics(POSTED, SETTLED, REFUSED, CLOSED, ABANDONED);
      for (EthLog.LogResult<?> result : client.send(web3j -> web3j.ethGetLogs(filter)).getLogs()) {
        epochs.add((Log) result.get());
      }
    }
    return epochs;
  }

  private void add(Log log) {
    String topic = log.getTopics().getFirst();
    if (topic.equals(POSTED)) {
      var event = PermitLedger.getEpochPostedEventFromLog(log);
      posted.put(
          Key.of(event.modelId, event.epoch),
          new Header(
              Bytes32.of(event.permitRoot),
              Bytes32.of(event.chargeHead),
              event.count.longValueExact(),
              event.until.longValueExact(),
              event.total));
    } else if (topic.equals(SETTLED)) {
      var event = PermitLedger.getChargesSettledEventFromLog(log);
      settled
          .computeIfAbsent(Key.of(event.modelId, event.epoch), key -> new ByteArrayOutputStream())
          .writeBytes(event.charges);
    } else if (topic.equals(REFUSED)) {
      var event = PermitLedger.getChargeRefusedEventFromLog(log);
      refused
          .computeIfAbsent(Key.of(event.modelId, event.epoch), key -> new HashMap<>())
          .merge(Address.parse(event.host), event.amount, BigInteger::add);
    } else if (topic.equals(CLOSED)) {
      var event = PermitLedger.getEpochClosedEventFromLog(log);
      closed.add(Key.of(event.modelId, event.epoch));
    } else {
      var event = PermitLedger.getEpochAbandonedEventFromLog(log);
      abandoned.add(Key.of(event.modelId, event.epoch));
    }
  }

  /** What was posted of an epoch. */
  Optional<Header> header(Bytes32 modelId, long number) {
    return Optional.ofNullable(posted.get(new Key(modelId, number)));
  }

  /** The charges that are settled, one behind the other. */
  byte[] settled(Bytes32 modelId, long number) {
    ByteArrayOutputStream charges = settled.get(new Key(modelId, number));
    return charges == null ? new byte[0] : charges.toByteArray();
  }

  /** What was refused of an epoch's charges, by host. */
  Map<Address, BigInteger> refused(Bytes32 modelId, long number) {
    return refused.getOrDefault(new Key(modelId, number), Map.of());
  }

  /** Whether nothing of an epoch is left to settle. */
  boolean isClosed(Bytes32 modelId, long number) {
    return closed.contains(new Key(modelId, number));
  }

  /** Whether the operator gave charges up. */
  boolean isAbandoned(Bytes32 modelId, long number) {
    return abandoned.contains(new Key(modelId, number));
  }

  /** The models that have epochs on chain. */
  Set<Bytes32> models() {
    Set<Bytes32> models = new HashSet<>();
    posted.keySet().forEach(key -> models.add(key.modelId()));
    return models;
  }

  /** The number of a model's newest epoch; 0 if it has none. */
  long newest(Bytes32 modelId) {
    return posted.keySet().stream()
        .filter(key -> key.modelId().equals(modelId))
        .flatMapToLong(key -> LongStream.of(key.number()))
        .max()
        .orElse(0);
  }
}
