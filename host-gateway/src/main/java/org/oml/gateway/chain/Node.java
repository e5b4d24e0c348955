package org.oml.gateway.chain;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Hex;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.Receipt;
import tools.jackson.databind.JsonNode;

/** What the chain says of a host and of cases against it. */
public final class Node {

  private static final String CASE_REVEALED =
      Keccak.of(
              "CaseRevealed(bytes32,bytes32,address,bytes32,address,bytes32,bytes32,bytes32,bytes32,uint128,uint64)")
          .toString();
  private static final BigInteger BLOCK_TIME_MARGIN = BigInteger.TWO;

  private final JsonRpc rpc;
  private final ContractCalls calls;
  private final Contracts contracts;

  public Node(JsonRpc rpc, Contracts contracts) {
    this.rpc = rpc;
    this.calls = new ContractCalls(rpc);
    this.contracts = contracts;
  }

  /** A block that the node knows. */
  public record Head(long number, long timestamp, BigInteger baseFee) {}

  /**
   * A case that was opened against an instance, as its event says.
   *
   * @param queryHash of the answer that it is about
   * @param permitHash that the answer's receipt names
   * @param rebuttableUntil the last second for a rebuttal
   * @param transaction that revealed it
   */
  public record OpenedCase(
      Bytes32 caseId,
      Bytes32 queryHash,
      Bytes32 permitHash,
      long rebuttableUntil,
      Bytes32 transaction) {}

  /** Where a case stands; the order is the contract's. */
  public enum CaseState {
    NONE,
    REVEALED,
    REBUTTED,
    CONVICTED,
    PAID,
    ABSORBED
  }

  /** What a case says of a host; the order is the contract's. */
  public enum CaseKind {
    NO_PERMIT,
    DOUBLE_USE
  }

  /** As much of a case as the court holds and a defence needs. */
  public record CourtCase(CaseState state, CaseKind kind) {}

  /** What a host has at stake. */
  public record Stake(BigInteger active, BigInteger locked, long openCases) {}

  /** As much of the terms as a host's defence needs; times in seconds. */
  public record Terms(
      BigInteger price, BigInteger minimumStake, long disputeWindow, long maximumEvidenceAge) {}

  /** When a key's permits are valid: issued in [validFrom, retiredAt). */
  public record SignerLife(long validFrom, long retiredAt) {}

  public BigInteger chainId() throws IOException {
    return quantity(rpc.call("eth_chainId"));
  }

  public Head head() throws IOException {
    JsonNode block = rpc.call("eth_getBlockByNumber", "latest", false);
    return new Head(
        quantity(block.path("number")).longValueExact(),
        quantity(block.path("timestamp")).longValueExact(),
        block.hasNonNull("baseFeePerGas") ? quantity(block.path("baseFeePerGas")) : BigInteger.ONE);
  }

  /** The cases that were opened against an instance in a range of blocks, both ends included. */
  public List<OpenedCase> casesAgainst(Bytes32 instanceId, long from, long to) throws IOException {
    return openedCases(Arrays.asList(CASE_REVEALED, null, instanceId.toString()), from, to);
  }

  /** A case in a range of blocks, both ends included. */
  public Optional<OpenedCase> openedCase(Bytes32 caseId, long from, long to) throws IOException {
    return openedCases(Arrays.asList(CASE_REVEALED, caseId.toString()), from, to).stream()
        .findFirst();
  }

  private List<OpenedCase> openedCases(List<@Nullable Object> topics, long from, long to)
      throws IOException {
    List<OpenedCase> cases = new ArrayList<>();
    for (ContractCalls.Log log : calls.logs(contracts.court(), topics, from, to, 8)) {
      cases.add(
          new OpenedCase(
              log.topics().get(1),
              log.data().bytes32(3),
              log.data().bytes32(4),
              log.data().seconds(7),
              log.transaction()));
    }
    return cases;
  }

  public CourtCase caseOf(Bytes32 caseId) throws IOException {
    AbiWords words =
        calls.ask(contracts.court(), new AbiWords.Call("caseOf(bytes32)").add(caseId), 9);
    return new CourtCase(
        CaseState.values()[words.number(5).intValueExact()],
        CaseKind.values()[words.number(8).intValueExact()]);
  }

  /** What a transaction calls; nothing if the node does not know it. */
  public byte[] callData(Bytes32 transaction) throws IOException {
    return calls.callData(transaction);
  }

  public Stake stakeOf(Bytes32 modelId, Address host) throws IOException {
    AbiWords words =
        calls.ask(
            contracts.staking(),
            new AbiWords.Call("stakeOf(bytes32,address)").add(modelId).add(host),
            5);
    return new Stake(words.number(0), words.number(2), words.seconds(4));
  }

  /** What a host has paid in advance for permits. */
  public BigInteger balanceOf(Bytes32 modelId, Address host) throws IOException {
    return calls
        .ask(
            contracts.ledger(),
            new AbiWords.Call("balanceOf(bytes32,address)").add(modelId).add(host),
            5)
        .number(0);
  }

  /** The terms under which an instance is served. */
  public Terms termsOf(Bytes32 modelId, Bytes32 instanceId) throws IOException {
    BigInteger version =
        calls
            .ask(contracts.registry(), new AbiWords.Call("instance(bytes32)").add(instanceId), 6)
            .number(2);
    AbiWords words =
        calls.ask(
            contracts.registry(),
            new AbiWords.Call("termsOf(bytes32,uint32)").add(modelId).add(version),
            14);
    return new Terms(words.number(0), words.number(1), words.seconds(4), words.seconds(6));
  }

  /** Longest time from a commitment to its revelation, in seconds. */
  public long longestReveal() throws IOException {
    return calls.ask(contracts.court(), new AbiWords.Call("parameters()"), 6).seconds(1);
  }

  public Address gatewayKeyAt(Bytes32 instanceId, long time) throws IOException {
    return calls
        .ask(
            contracts.registry(),
            new AbiWords.Call("gatewayKeyAt(bytes32,uint64)").add(instanceId).add(time),
            1)
        .address(0);
  }

  public SignerLife signer(Address key) throws IOException {
    AbiWords words =
        calls.ask(contracts.ledger(), new AbiWords.Call("signer(address)").add(key), 2);
    return new SignerLife(words.seconds(0), words.seconds(1));
  }

  /** Wei that an account holds. */
  public BigInteger wei(Address account) throws IOException {
    return quantity(rpc.call("eth_getBalance", account.toString(), "latest"));
  }

  /** Transactions of an account that are in blocks. */
  public long nonce(Address account) throws IOException {
    return quantity(rpc.call("eth_getTransactionCount", account.toString(), "latest"))
        .longValueExact();
  }

  /** Transactions of an account that the node knows. */
  public long pendingNonce(Address account) throws IOException {
    return quantity(rpc.call("eth_getTransactionCount", account.toString(), "pending"))
        .longValueExact();
  }

  /** What a block's maker asks for at the moment, for each unit of gas. */
  public BigInteger priorityFee() throws IOException {
    return quantity(rpc.call("eth_maxPriorityFeePerGas"));
  }

  /** The call that acquits of a case on a receipt, with the permit that the receipt names. */
  public static byte[] rebuttal(Receipt receipt, IssuedPermit issued) {
    return new AbiWords.Call(
            "rebut((bytes32,bytes32,address,bytes32,bytes32,bytes32,uint64,bytes32),"
                + "(bytes32,bytes32,address,uint32,bytes32,uint64,uint64,uint64,uint128),bytes)")
        .add(receipt.modelId())
        .add(receipt.instanceId())
        .add(receipt.host())
        .add(receipt.queryHash())
        .add(receipt.responseRoot())
        .add(receipt.permitHash())
        .add(receipt.servedAt())
        .add(receipt.clientRef())
        .add(issued.permit())
        .add((8 + 9 + 1) * 32L)
        .addTail(issued.authority())
        .bytes();
  }

  /**
   * Gas that a call to the court needs after the latest block: on top of what still waits, an
   * earlier rebuttal of the same case would be in its way.
   *
   * @throws NodeRefusedException when the court would refuse it
   */
  public long estimateGas(Address from, Address court, byte[] data) throws IOException {
    return quantity(
            rpc.call(
                "eth_estimateGas",
                Map.of("from", from.toString(), "to", court.toString(), "data", Hex.of(data)),
                "latest"))
        .longValueExact();
  }

  /** Twice the present base fee and the priority fee: enough for some full blocks. */
  public static BigInteger maximumFee(BigInteger baseFee, BigInteger priorityFee) {
    return baseFee.multiply(BLOCK_TIME_MARGIN).add(priorityFee);
  }

  /** The court that hears cases on receipts. */
  public Address court() {
    return contracts.court();
  }

  BigInteger expectedChainId() {
    return contracts.chainId();
  }

  /**
   * Hands signed bytes to the node.
   *
   * @throws NodeRefusedException when it does not take them, also because it has them
   */
  void broadcast(byte[] signed) throws IOException {
    rpc.call("eth_sendRawTransaction", Hex.of(signed));
  }

  private static BigInteger quantity(JsonNode value) throws IOException {
    String text = value.asString("");
    if (!text.startsWith("0x") || text.length() < 3) {
      throw new IOException("The node answered with something else than a number.");
    }
    return new BigInteger(text.substring(2), 16);
  }
}
