package org.oml.gateway.chain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import tools.jackson.databind.JsonNode;

/** Reads contracts: what they answer, and what they have logged. */
final class ContractCalls {

  private final JsonRpc rpc;

  ContractCalls(JsonRpc rpc) {
    this.rpc = rpc;
  }

  /**
   * A log.
   *
   * @param topics the event's own first
   * @param transaction that wrote it
   */
  record Log(List<Bytes32> topics, AbiWords data, Bytes32 transaction) {}

  AbiWords ask(Address contract, AbiWords.Call call, int words) throws IOException {
    JsonNode answer =
        rpc.call("eth_call", Map.of("to", contract.toString(), "data", call.hex()), "latest");
    return AbiWords.of(answer.asString("0x"), words);
  }

  /**
   * The logs of a contract in a range of blocks, both ends included.
   *
   * @param topics a text, several of which one must be there, or null for any
   * @param words that the data has at least
   */
  List<Log> logs(Address contract, List<@Nullable Object> topics, long from, long to, int words)
      throws IOException {
    JsonNode found =
        rpc.call(
            "eth_getLogs",
            Map.of(
                "address",
                contract.toString(),
                "topics",
                topics,
                "fromBlock",
                hex(from),
                "toBlock",
                hex(to)));
    List<Log> logs = new ArrayList<>();
    for (JsonNode log : found) {
      List<Bytes32> named = new ArrayList<>();
      log.path("topics").forEach(topic -> named.add(Bytes32.parse(topic.asString(""))));
      logs.add(
          new Log(
              named,
              AbiWords.of(log.path("data").asString("0x"), words),
              Bytes32.parse(log.path("transactionHash").asString(""))));
    }
    return logs;
  }

  /** What a transaction calls; nothing if the node does not know it. */
  byte[] callData(Bytes32 transaction) throws IOException {
    JsonNode found = rpc.call("eth_getTransactionByHash", transaction.toString());
    return Hex.parse(found.path("input").asString("0x"));
  }

  private static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }
}
