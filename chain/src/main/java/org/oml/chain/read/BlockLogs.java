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
 * change, and of many blocks by their numbers far behind it. How many a node answers at once is
 * found by trying: half of them after a refusal, twice as many after an answer.
 */
final class BlockLogs {

  private static final long NEAR = 64;
  private static final long MOST = 1024;

  private final ChainClient client;
  private final List<String> contracts;
  private long atOnce = MOST;

  BlockLogs(ChainClient client, Set<Address> contracts) {
    this.client = client;
    this.contracts = contracts.stream().map(Address::toString).toList();
  }

  /**
   * Logs up to a block.
   *
   * @param last the last block of the batch
   * @param lastHash its hash
   * @param parent of the batch's first block
   */
  record Batch(List<Log> logs, long last, Bytes32 lastHash, Bytes32 parent) {}

  /**
   * @return none if the chain was reorganised meanwhile
   */
  synchronized Optional<Batch> read(long next, long readable) {
    return readable - next > NEAR ? range(next, readable - NEAR) : Optional.of(single(next));
  }

  private Batch single(long number) {
    Block block = block(number);
    List<Log> logs = logs(new EthFilter(block.hash().toString()));
    return new Batch(logs, number, block.hash(), block.parentHash());
  }

  private Optional<Batch> range(long first, long end) {
    while (true) {
      long last = Math.min(first + atOnce - 1, end);
      Block lastBefore = block(last);
      Block firstBlock = first == last ? lastBefore : block(first);
      List<Log> logs;
      try {
        logs = logs(new EthFilter(at(first), at(last), contracts));
      } catch (CodedException e) {
        if (e.code() == ChainError.UNREACHABLE || atOnce == 1) {
          throw e;
        }
        atOnce = Math.max(1, (last - first + 1) / 2);
        continue;
      }
      atOnce = Math.min(MOST, atOnce * 2);
      return block(last).hash().equals(lastBefore.hash())
          ? Optional.of(new Batch(logs, last, lastBefore.hash(), firstBlock.parentHash()))
          : Optional.empty();
    }
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
