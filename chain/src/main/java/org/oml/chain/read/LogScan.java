package org.oml.chain.read;

import java.math.BigInteger;
import java.util.List;
import java.util.function.Consumer;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/**
 * Events of contracts in final blocks, for whoever can gather them anew after each start: it is
 * read on from where the last question left off, and nothing is kept beyond the process.
 */
public final class LogScan {

  /** Nodes refuse more at a time. */
  private static final long BLOCKS_AT_ONCE = 10_000;

  /** So that a question about a long chain is answered before its asker gives up. */
  private static final int RANGES_AT_ONCE = 20;

  private final ChainClient client;
  private final int finalityDepth;
  private final List<String> contracts;
  private final String[] signatures;
  private long next;

  /**
   * @param firstBlock where the contracts were deployed
   * @param contracts whose events are wanted
   * @param events which of them
   */
  public LogScan(
      ChainClient client,
      ChainSettings settings,
      long firstBlock,
      List<Address> contracts,
      List<Event> events) {
    this.client = client;
    this.finalityDepth = settings.finalityDepth();
    this.next = firstBlock;
    this.contracts = contracts.stream().map(Address::toString).toList();
    this.signatures = events.stream().map(EventEncoder::encode).toArray(String[]::new);
  }

  /**
   * Reads on, at most twenty ranges of blocks.
   *
   * @param taker gets each event once, in the chain's order
   * @return the last block that was looked at
   * @throws CodedException when the chain does not answer; what was read before stays read
   */
  public synchronized long readOn(Consumer<Log> taker) {
    long end = client.head().number() - finalityDepth;
    for (int range = 0; range < RANGES_AT_ONCE && next <= end; range++) {
      long last = Math.min(end, next + BLOCKS_AT_ONCE - 1);
      logs(next, last).forEach(taker);
      next = last + 1;
    }
    return next - 1;
  }

  private List<Log> logs(long from, long to) {
    EthFilter filter =
        new EthFilter(
            DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
            DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
            contracts);
    filter.addOptionalTopics(signatures);
    return client.send(web3j -> web3j.ethGetLogs(filter)).getLogs().stream()
        .<Log>map(result -> ((EthLog.LogObject) result).get())
        .toList();
  }
}
