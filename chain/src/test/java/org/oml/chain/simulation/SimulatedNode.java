package org.oml.chain.simulation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node as one process reaches it: JSON-RPC, with everything that may happen to a request on its
 * way. It answers for the one account that there is, whoever asks.
 */
final class SimulatedNode {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TRANSFER =
      "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
  private static final int LONGEST_RANGE = 20;

  private final SimulatedChain chain;
  private final SplittableRandom random;
  private final long chainId;
  private final Address account;
  private final Address contract;
  private final Runnable others;
  private final List<String> delayed = new ArrayList<>();
  private Faults faults = Faults.NONE;
  private int receiptsMissing;

  /**
   * @param others lets the other processes run
   */
  SimulatedNode(
      SimulatedChain chain,
      SplittableRandom random,
      long chainId,
      Address account,
      Address contract,
      Runnable others) {
    this.chain = chain;
    this.random = random;
    this.chainId = chainId;
    this.account = account;
    this.contract = contract;
    this.others = others;
  }

  void setFaults(Faults faults) {
    this.faults = faults;
    if (faults.unindexed() == 0) {
      receiptsMissing = 0;
    }
  }

  /** What was held up, or is on its way once more, arrives. */
  void deliverDelayed() {
    delayed.forEach(signed -> chain.receive(SimulatedTransaction.decode(signed)));
    delayed.clear();
  }

  /** What comes back, if anything does. */
  InputStream request(String payload) throws IOException {
    mayDie();
    mayInterleave();
    if (happens(faults.lost())) {
      throw new IOException("the request was lost");
    }
    ObjectNode answer = answer(JSON.readTree(payload));
    mayInterleave();
    mayDie();
    if (happens(faults.answerLost())) {
      throw new IOException("the answer was lost");
    }
    return new ByteArrayInputStream(answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode answer(JsonNode request) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("jsonrpc", "2.0");
    answer.set("id", request.path("id"));
    try {
      if (happens(faults.refused())) {
        throw new Refusal(-32603, "internal error", null);
      }
      answer.set("result", result(request.path("method").asString(), request.path("params")));
    } catch (Refusal refusal) {
      ObjectNode error = answer.putObject("error");
      error.put("code", refusal.code);
      error.put("message", refusal.getMessage());
      if (refusal.data != null) {
        error.put("data", refusal.data);
      }
    }
    return answer;
  }

  private JsonNode result(String method, JsonNode params) {
    long newest = chain.head().number() - (happens(faults.behind()) ? random.nextInt(4) : 0);
    long seen = Math.max(0, newest);
    return switch (method) {
      case "eth_chainId" -> text(hex(chainId));
      case "eth_maxPriorityFeePerGas" -> text(hex(SimulatedChain.GWEI));
      case "eth_getBalance" -> text("0x" + BigInteger.TEN.pow(20).toString(16));
      case "eth_getBlockByNumber" -> block(params, seen);
      case "eth_getTransactionCount" -> text(hex(required(params.path(1), seen).nextNonce()));
      case "eth_getTransactionReceipt" -> receipt(Bytes32.parse(params.path(0).asString()), seen);
      case "eth_call" -> call(params.path(0), seen, false);
      case "eth_estimateGas" -> call(params.path(0), seen, true);
      case "eth_sendRawTransaction" -> send(params.path(0).asString());
      case "eth_getLogs" -> logs(params.path(0), seen);
      default -> throw new Refusal(-32601, "the method " + method + " does not exist", null);
    };
  }

  private JsonNode block(JsonNode params, long seen) {
    Optional<SimulatedBlock> found = find(params.path(0), seen);
    if (found.isEmpty()) {
      return JSON.nullNode();
    }
    SimulatedBlock block = found.get();
    ObjectNode json = JSON.createObjectNode();
    json.put("number", hex(block.number()));
    json.put("hash", block.hash().toString());
    json.put("parentHash", block.parentHash().toString());
    json.put("timestamp", hex(block.timestamp()));
    json.put("baseFeePerGas", "0x" + block.baseFee().toString(16));
    ArrayNode transactions = json.putArray("transactions");
    for (SimulatedTransaction transaction : block.transactions()) {
      if (params.path(1).asBoolean()) {
        ObjectNode whole = transactions.addObject();
        whole.put("hash", transaction.hash().toString());
        whole.put("from", account.toString());
        whole.put("nonce", hex(transaction.nonce()));
      } else {
        transactions.add(transaction.hash().toString());
      }
    }
    return json;
  }

  private JsonNode receipt(Bytes32 hash, long seen) {
    Optional<SimulatedBlock> found = chain.blockWith(hash).filter(block -> block.number() <= seen);
    if (happens(faults.unindexed())) {
      receiptsMissing = random.nextInt(40);
    }
    if (found.isEmpty() || receiptsMissing-- > 0) {
      return JSON.nullNode();
    }
    SimulatedBlock block = found.get();
    boolean succeeded =
        block.transactions().stream()
            .filter(transaction -> transaction.hash().equals(hash))
            .allMatch(block::succeeded);
    ObjectNode json = JSON.createObjectNode();
    json.put("transactionHash", hash.toString());
    json.put("blockHash", block.hash().toString());
    json.put("blockNumber", hex(block.number()));
    json.put("status", succeeded ? "0x1" : "0x0");
    json.put("gasUsed", hex(21_000));
    return json;
  }

  private JsonNode call(JsonNode call, long seen, boolean estimate) {
    String data = call.has("data") ? call.path("data").asString() : call.path("input").asString();
    SimulatedCall decoded = SimulatedCall.decode(Hex.parse(data.isEmpty() ? "0x" : data));
    if (!decoded.succeedsIn(seen + 1)) {
      throw new Refusal(3, "execution reverted", "0x08c379a0");
    }
    if (estimate && decoded.behaviour() == SimulatedCall.Behaviour.NOT_ESTIMATED) {
      throw new Refusal(-32000, "the machine gives up", null);
    }
    return text(estimate ? hex(21_000) : "0x");
  }

  private JsonNode send(String signed) {
    SimulatedTransaction transaction = SimulatedTransaction.decode(signed);
    if (happens(faults.swallowed())) {
      return text(transaction.hash().toString());
    }
    if (happens(faults.delayed())) {
      delayed.add(signed);
      return text(transaction.hash().toString());
    }
    if (happens(faults.repeated())) {
      delayed.add(signed);
    }
    Optional<String> refusal = chain.receive(transaction);
    if (refusal.isPresent()) {
      throw new Refusal(-32000, refusal.get(), null);
    }
    return text(transaction.hash().toString());
  }

  private JsonNode logs(JsonNode filter, long seen) {
    ArrayNode logs = JSON.createArrayNode();
    if (filter.has("blockHash")) {
      SimulatedBlock block =
          chain
              .block(Bytes32.parse(filter.path("blockHash").asString()))
              .filter(found -> found.number() <= seen)
              .orElseThrow(() -> new Refusal(-32000, "unknown block", null));
      addLogs(logs, block);
      return logs;
    }
    long first = Long.decode(filter.path("fromBlock").asString());
    long last = Long.decode(filter.path("toBlock").asString());
    if (last - first >= LONGEST_RANGE) {
      throw new Refusal(-32005, "that are too many blocks", null);
    }
    for (long number = first; number <= Math.min(last, seen); number++) {
      chain.block(number).ifPresent(block -> addLogs(logs, block));
    }
    return logs;
  }

  private void addLogs(ArrayNode logs, SimulatedBlock block) {
    int index = 0;
    for (long id : block.events()) {
      ObjectNode log = logs.addObject();
      log.put("address", contract.toString());
      log.putArray("topics").add(TRANSFER).add(topic()).add(topic());
      log.put("data", new SimulatedCall(id, SimulatedCall.Behaviour.SUCCEEDS, 0).idAsWord() + "");
      log.put("blockNumber", hex(block.number()));
      log.put("blockHash", block.hash().toString());
      log.put("transactionHash", block.hash().toString());
      log.put("logIndex", hex(index++));
    }
  }

  private Optional<SimulatedBlock> find(JsonNode which, long seen) {
    String asked = which.asString();
    long number = asked.equals("latest") ? seen : Long.decode(asked);
    return number > seen ? Optional.empty() : chain.block(number);
  }

  private SimulatedBlock required(JsonNode which, long seen) {
    return find(which, seen).orElseThrow(() -> new Refusal(-32000, "no such block", null));
  }

  private void mayDie() {
    if (happens(faults.death())) {
      throw new ProcessDeath();
    }
  }

  private void mayInterleave() {
    if (happens(faults.interleaved())) {
      others.run();
    }
  }

  private boolean happens(double likely) {
    return likely > 0 && random.nextDouble() < likely;
  }

  private static String topic() {
    return Bytes32.ZERO.toString();
  }

  private static JsonNode text(String value) {
    return JSON.getNodeFactory().stringNode(value);
  }

  private static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  private static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  /** An error as JSON-RPC has it. */
  private static final class Refusal extends RuntimeException {

    private final int code;
    private final @Nullable String data;

    Refusal(int code, String message, @Nullable String data) {
      super(message, null, false, false);
      this.code = code;
      this.data = data;
    }
  }
}
