package org.oml.gateway.chain;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;

/** What the chain says of the plans of cases N and T, which rest on the word of a panel. */
public final class Panels {

  private static final String PLAN_OPENED =
      Keccak.of("PlanOpened(bytes32,bytes32,uint8,bytes32,address,uint32,uint128,uint64)")
          .toString();
  private static final String ASK_HIT =
      Keccak.of("AskHit(bytes32,address,uint32,bytes32)").toString();
  private static final String ATTESTATION =
      "(bytes32,address,uint32,bytes32,bytes32,bytes32,uint64,uint64,bool)";
  private static final String PERMIT =
      "(bytes32,bytes32,address,uint32,bytes32,uint64,uint64,uint64,uint128)";

  /** Words before a rebuttal's tail: attestation, salt, context, permit, and where the tail is. */
  private static final long REBUTTAL_HEAD = 9 + 1 + 1 + 9 + 1;

  private final ContractCalls calls;
  private final Contracts contracts;

  public Panels(JsonRpc rpc, Contracts contracts) {
    this.calls = new ContractCalls(rpc);
    this.contracts = contracts;
  }

  /** What a plan accuses of; the order is the contract's. */
  public enum PlanKind {
    /** The host serves without receipts. */
    N,
    /** A copy of the instance serves elsewhere. */
    T
  }

  /**
   * A plan that was opened against an instance, as its event says.
   *
   * @param rebuttableUntil the last second for a rebuttal
   */
  public record OpenedPlan(Bytes32 planId, PlanKind kind, long rebuttableUntil) {}

  /**
   * An answer that a member of the panel attests to, and that is the instance's.
   *
   * @param place of the question in the plan
   * @param transaction that showed it
   */
  public record Hit(Bytes32 planId, Address member, int place, Bytes32 transaction) {}

  /** Where the court has a plan; the order is the contract's. */
  public enum PlanState {
    NONE,
    COMMITTED,
    OPENED,
    EXPIRED,
    ACQUITTED,
    CONVICTED,
    STOPPED,
    PAID
  }

  /** Where the court has a question of a plan; the order is the contract's. */
  public enum AskState {
    NONE,
    HIT,
    REBUTTED
  }

  /** The court that hears plans. */
  public Address court() {
    return contracts.panelCourt();
  }

  /** The plans that were opened against an instance in a range of blocks, both ends included. */
  public List<OpenedPlan> plansAgainst(Bytes32 instanceId, long from, long to) throws IOException {
    return plans(Arrays.asList(PLAN_OPENED, null, instanceId.toString()), from, to);
  }

  /** A plan that was opened in a range of blocks, both ends included. */
  public Optional<OpenedPlan> openedPlan(Bytes32 planId, long from, long to) throws IOException {
    return plans(Arrays.asList(PLAN_OPENED, planId.toString()), from, to).stream().findFirst();
  }

  private List<OpenedPlan> plans(List<@Nullable Object> topics, long from, long to)
      throws IOException {
    List<OpenedPlan> plans = new ArrayList<>();
    for (ContractCalls.Log log : calls.logs(contracts.panelCourt(), topics, from, to, 6)) {
      plans.add(
          new OpenedPlan(
              log.topics().get(1),
              PlanKind.values()[log.data().number(0).intValueExact()],
              log.data().seconds(5)));
    }
    return plans;
  }

  /** The hits of plans in a range of blocks, both ends included. */
  public List<Hit> hits(List<Bytes32> planIds, long from, long to) throws IOException {
    List<String> named = planIds.stream().map(Bytes32::toString).toList();
    List<Hit> hits = new ArrayList<>();
    for (ContractCalls.Log log :
        calls.logs(contracts.panelCourt(), List.of(ASK_HIT, named), from, to, 2)) {
      hits.add(
          new Hit(
              log.topics().get(1),
              Address.of(Arrays.copyOfRange(log.topics().get(2).toBytes(), 12, 32)),
              log.data().number(0).intValueExact(),
              log.transaction()));
    }
    return hits;
  }

  public PlanState stateOf(Bytes32 planId) throws IOException {
    AbiWords words =
        calls.ask(contracts.panelCourt(), new AbiWords.Call("trialOf(bytes32)").add(planId), 19);
    return PlanState.values()[words.number(3).intValueExact()];
  }

  public AskState stateOf(Hit hit) throws IOException {
    AbiWords words =
        calls.ask(
            contracts.panelCourt(),
            new AbiWords.Call("askOf(bytes32,uint32)").add(hit.planId()).add(hit.place()),
            2);
    return AskState.values()[words.number(0).intValueExact()];
  }

  /**
   * What the member attested, from the transaction that opened its answer; empty if the node does
   * not know it.
   */
  public Optional<Attestation> attestation(Hit hit) throws IOException {
    Bytes32 revealed =
        calls
            .ask(
                contracts.proverRegistry(),
                new AbiWords.Call("attestationOf(bytes32,uint32)")
                    .add(hit.planId())
                    .add(hit.place()),
                1)
            .bytes32(0);
    return new AttestationInCallData(hit.planId(), hit.member())
        .find(
            calls.callData(hit.transaction()),
            attestation -> attestation.structHash().equals(revealed));
  }

  /**
   * From the draw of a panel to the end of what it brings before the court, without the dispute
   * window; in seconds.
   */
  public long longestPanel() throws IOException {
    AbiWords provers = calls.ask(contracts.proverRegistry(), new AbiWords.Call("parameters()"), 8);
    AbiWords court = calls.ask(contracts.panelCourt(), new AbiWords.Call("parameters()"), 6);
    return Math.addExact(Math.addExact(provers.seconds(5), provers.seconds(6)), court.seconds(0));
  }

  /**
   * The call that takes a hit away, with the permit under which the host answered it.
   *
   * @param querySalt of the query
   * @param contextHash of everything in the query around the key
   */
  public static byte[] rebuttal(
      Attestation attestation, Bytes32 querySalt, Bytes32 contextHash, IssuedPermit issued) {
    return new AbiWords.Call("rebutAsk(" + ATTESTATION + ",bytes32,bytes32," + PERMIT + ",bytes)")
        .add(attestation)
        .add(querySalt)
        .add(contextHash)
        .add(issued.permit())
        .add(BigInteger.valueOf(REBUTTAL_HEAD * 32))
        .addTail(issued.authority())
        .bytes();
  }
}
