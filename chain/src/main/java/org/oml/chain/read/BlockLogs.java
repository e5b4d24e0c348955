package org.oml.chain.read;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/**
 * The logs of some contracts: of one block by its hash near the chain's end, where blocks may still
 * change, and of many blocks by their numbers far behind it.
 */
final class BlockLogs {

  private static final long NEAR = 64;
  private static final long AT_ONCE = 1000;

  private final ChainClient client;
  private final List<String> contracts;

  BlockLogs(ChainClient client, Set<Address> contracts) {
    this.client = client;
    this.contracts = contracts.stream().map(Address::toString).toList();
  }

  /**
   * Logs up to a block.
   *
   * @param last the last block of the batch
   * @param lastHash its hash
   * @param firstParent the parent of the batch's only block, where it has one only
   */
  record Batch(List<Log> logs, long last, Bytes32 lastHash, Optional<Bytes32> firstParent) {}

  Batch read(long next, long readable) {
    return readable - next > NEAR
        ? range(next, Math.min(next + AT_ONCE - 1, readable - NEAR))
        : single(next);
  }

  private Batch single(long number) {
    Block block = block(number);
    List<Log> logs = logs(new EthFilter(block.hash().toString()));
    return new Batch(logs, number, block.hash(), Optional.of(block.parentHash()));
  }

  private Batch range(long first, long last) {
    List<Log> logs = logs(new EthFilter(at(first), at(last), contracts));
    return new Batch(logs, last, block(last).hash(), Optional.empty());
  }

  private List<Log> logs(EthFilter filter) {
    return client.send(web3j -> web3j.ethGetLogs(filter)).getLogs().stream()
        .<Log>map(result -> ((EthLog.LogObject) result).get())
        .toList();
  }

  private Block block(long number) {
    return client
        .block(number)
        .orElseThrow(
            () -> new CodedException(ChainError.REFUSED, "The node has no block " + number + "."));
  }

  private static DefaultBlockParameter at(long number) {
    return DefaultBlockParameter.valueOf(BigInteger.valueOf(number));
  }
}
