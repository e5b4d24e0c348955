package org.oml.chain.dossier;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.dossier.DossierCheck.Finding;
import org.oml.contracts.CaseDossier;
import org.oml.contracts.HitThresholds;
import org.oml.contracts.PanelDossier;
import org.oml.contracts.PanelDossier.Answer;
import org.oml.contracts.PanelDossier.Opening;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PanelCourt;
import org.oml.contracts.binding.ProverRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Hex;
import org.oml.protocol.Keccak;
import org.oml.protocol.MerkleTree;
import org.oml.protocol.SigningDomain;
import org.web3j.protocol.core.methods.response.Transaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Checks the dossier of a case N or T against the chain alone: what the prover committed to, whom
 * the draw chose, what the members signed, committed to and revealed, what the instance's tree
 * holds, and what the court made of it. Nothing that the dossier says of itself is believed.
 */
public final class PanelDossierCheck {

  /** Of {@code IPanelCourt.State}. */
  private static final Set<Integer> ACCUSED = Set.of(2, 5, 7);

  /** Of {@code IPanelCourt.AskState}. */
  private static final int HIT = 1;

  private final ChainClient chain;
  private final ContractAddresses addresses;
  private final SigningDomain domain;
  private final ModelRegistry registry;
  private final ProverRegistry provers;
  private final PanelCourt court;

  /**
   * @param addresses of the contracts that are trusted; the dossier's own may be anybody's
   */
  public PanelDossierCheck(ChainClient chain, ContractAddresses addresses) {
    this.chain = chain;
    this.addresses = addresses;
    this.domain = addresses.signingDomain();
    this.registry = chain.bind(ModelRegistry::load, addresses.of(Contract.MODEL_REGISTRY));
    this.provers = chain.bind(ProverRegistry::load, addresses.of(Contract.PROVER_REGISTRY));
    this.court = chain.bind(PanelCourt::load, addresses.of(Contract.PANEL_COURT));
  }

  /**
   * Checks all that can be checked.
   *
   * @throws CodedException when the chain does not answer
   */
  public List<Finding> check(PanelDossier dossier) {
    Findings findings = new Findings();
    findings.find(
        "chain",
        "Chain and court are the ones that are trusted.",
        () ->
            new BigInteger(dossier.chainId()).equals(chain.chainId())
                && Address.parse(dossier.court()).equals(addresses.of(Contract.PANEL_COURT)));
    findings.find(
        "plan",
        "The prover committed to exactly these questions, target and threshold.",
        () -> dossier.planThatFollows().equals(planId(dossier)));
    findings.find(
        "instance",
        "The questions are an instance's that was published before the commitment.",
        () -> isPublished(dossier));
    findings.find(
        "draw",
        "The panel is the one that the draw chose among the seats of before the plan.",
        () -> isDrawn(dossier));
    findings.find(
        "answers",
        "Each answer was signed by the member whose question it is.",
        () -> dossier.answers().stream().allMatch(answer -> isSigned(dossier, answer)));
    findings.find(
        "reveals",
        "Each was asked after the draw, answered before its member's commitment, and revealed.",
        () -> dossier.answers().stream().allMatch(answer -> isRevealed(dossier, answer)));
    findings.find(
        "openings",
        "Each hit is a fingerprint of the instance, asked by the plan and answered as taught.",
        () ->
            dossier.answers().stream()
                .filter(answer -> answer.opening() != null)
                .allMatch(answer -> isOpened(dossier, answer)));
    findings.find(
        "hits",
        "The court was shown exactly these hits.",
        () -> hits(dossier) == trial(dossier).shown.longValueExact());
    findings.find(
        "enough",
        "Hits that nobody rebutted are too many for chance, from a quorum, and reach the weight.",
        () -> isEnough(dossier));
    findings.find(
        "case",
        "The court has the plan, opened by this prover on this instance, and did not acquit.",
        () -> stands(dossier));
    findings.find(
        "transactions",
        "The prover's transactions are where the dossier says.",
        () -> dossier.transactions().stream().allMatch(sent -> isThere(dossier, sent)));
    findings.find(
        "shown",
        "Commitment and opening that are on chain show this plan.",
        () -> isShown(dossier));
    return findings.all();
  }

  private boolean isPublished(PanelDossier dossier) {
    ModelRegistry.Instance instance = instance(dossier);
    return Bytes32.of(instance.modelId).equals(Bytes32.parse(dossier.modelId()))
        && address(instance.host).equals(Address.parse(dossier.host()))
        && instance.activatedAt.signum() > 0
        && instance.activatedAt.compareTo(trial(dossier).committedAt) <= 0;
  }

  private boolean isDrawn(PanelDossier dossier) {
    List<Address> members = dossier.members().stream().map(Address::parse).toList();
    List<?> drawn = chain.read(provers.membersOf(planId(dossier).toBytes()));
    return members.equals(drawn.stream().map(each -> address(each.toString())).toList())
        && members.equals(
            new PanelDraw(chain, provers, addresses.of(Contract.PROVER_REGISTRY))
                .members(planId(dossier), panel(dossier)));
  }

  private boolean isSigned(PanelDossier dossier, Answer answer) {
    Address member = Address.parse(answer.member());
    int size = dossier.members().size();
    return size > 0
        && member.equals(Address.parse(dossier.members().get(answer.place() % size)))
        && dossier.attestation(answer).signer(domain, answer.signed()).equals(member);
  }

  private boolean isRevealed(PanelDossier dossier, Answer answer) {
    byte[] planId = planId(dossier).toBytes();
    ProverRegistry.Answers committed = chain.read(provers.answersOf(planId, answer.member()));
    Bytes32 revealed =
        Bytes32.of(chain.read(provers.attestationOf(planId, BigInteger.valueOf(answer.place()))));
    return revealed.equals(dossier.attestation(answer).structHash())
        && answer.askedAt() >= panel(dossier).drawnAt.longValueExact()
        && answer.answeredAt() <= committed.committedAt.longValueExact();
  }

  private boolean isOpened(PanelDossier dossier, Answer answer) {
    Opening opening = opening(answer);
    Fingerprint fingerprint = opening.fingerprint();
    Bytes32 leaf =
        fingerprint.leaf(Bytes32.parse(dossier.modelId()), Bytes32.parse(dossier.instanceId()));
    return leaf.equals(Bytes32.parse(dossier.questions().get(answer.place()).leaf()))
        && MerkleTree.verify(
            Bytes32.of(instance(dossier).fingerprintRoot),
            leaf,
            opening.leafProof().stream().map(Bytes32::parse).toList())
        && Keccak.of(fingerprint.key()).equals(Bytes32.parse(answer.keyHash()))
        && Fingerprint.matches(answer.answer(), fingerprint.response())
        && (dossier.kind().equals("T") || answer.missingReceipt());
  }

  /** Places that are opened in the dossier and at the court; -1 if one is not. */
  private long hits(PanelDossier dossier) {
    Set<Integer> places = new HashSet<>();
    for (Answer answer : dossier.answers()) {
      if (answer.opening() != null
          && (askState(dossier, answer) == 0 || !places.add(answer.place()))) {
        return -1;
      }
    }
    return places.size();
  }

  private boolean isEnough(PanelDossier dossier) {
    PanelCourt.Trial trial = trial(dossier);
    List<Answer> standing =
        dossier.answers().stream()
            .filter(answer -> answer.opening() != null && askState(dossier, answer) == HIT)
            .toList();
    int asked = dossier.questions().size() - trial.dropped.intValueExact();
    int weight =
        standing.stream().mapToInt(each -> dossier.questions().get(each.place()).weight()).sum();
    int quorum = chain.read(court.parameters()).quorum.intValueExact();
    return standing.size() == trial.hits.intValueExact()
        && standing.size() >= HitThresholds.leastHits(asked).orElse(Integer.MAX_VALUE)
        && standing.stream().map(Answer::member).distinct().count() >= quorum
        && weight >= dossier.threshold();
  }

  private boolean stands(PanelDossier dossier) {
    PanelCourt.Trial trial = trial(dossier);
    PanelCourt.Plan plan = dossier.plan();
    return ACCUSED.contains(trial.state.intValueExact())
        && address(trial.prover).equals(Address.parse(dossier.prover()))
        && Bytes32.of(trial.instanceId).equals(Bytes32.of(plan.instanceId))
        && Bytes32.of(trial.leavesRoot).equals(Bytes32.of(plan.leavesRoot))
        && Bytes32.of(trial.targetHash).equals(Bytes32.of(plan.targetHash))
        && trial.kind.equals(plan.kind)
        && trial.threshold.equals(plan.threshold);
  }

  /** One that failed is there as well: somebody else may have drawn, or opened a hit. */
  private boolean isThere(PanelDossier dossier, CaseDossier.Sent sent) {
    if (sent.blockNumber() == null) {
      return true;
    }
    Optional<TransactionReceipt> receipt = chain.receipt(Bytes32.parse(sent.hash()));
    return receipt.isPresent()
        && BigInteger.valueOf(sent.blockNumber()).equals(receipt.get().getBlockNumber())
        && Bytes32.parse(receipt.get().getBlockHash()).toString().equals(sent.blockHash())
        && address(receipt.get().getFrom()).equals(Address.parse(dossier.prover()));
  }

  private boolean isShown(PanelDossier dossier) {
    byte[] planId = planId(dossier).toBytes();
    byte[] nonce = Bytes32.parse(dossier.nonce()).toBytes();
    return calls(dossier, "COMMIT", court.commitPlan(planId).encodeFunctionCall())
        && calls(dossier, "OPEN", court.openPlan(dossier.plan(), nonce).encodeFunctionCall());
  }

  private boolean calls(PanelDossier dossier, String step, String data) {
    return dossier.transactions().stream()
        .filter(sent -> sent.step().equals(step))
        .anyMatch(sent -> succeeded(sent) && shows(sent, data));
  }

  private boolean succeeded(CaseDossier.Sent sent) {
    return chain
        .receipt(Bytes32.parse(sent.hash()))
        .filter(
            receipt ->
                receipt.isStatusOK()
                    && address(receipt.getTo()).equals(addresses.of(Contract.PANEL_COURT)))
        .isPresent();
  }

  private boolean shows(CaseDossier.Sent sent, String data) {
    Optional<Transaction> transaction =
        chain.send(web3j -> web3j.ethGetTransactionByHash(sent.hash())).getTransaction();
    return transaction.isPresent()
        && Hex.of(Hex.parse(transaction.get().getInput())).equals(Hex.of(Hex.parse(data)));
  }

  private int askState(PanelDossier dossier, Answer answer) {
    return chain
        .read(court.askOf(planId(dossier).toBytes(), BigInteger.valueOf(answer.place())))
        .state
        .intValueExact();
  }

  private PanelCourt.Trial trial(PanelDossier dossier) {
    return chain.read(court.trialOf(planId(dossier).toBytes()));
  }

  private ProverRegistry.Panel panel(PanelDossier dossier) {
    return chain.read(provers.panelOf(planId(dossier).toBytes()));
  }

  private ModelRegistry.Instance instance(PanelDossier dossier) {
    return chain.read(registry.instance(Bytes32.parse(dossier.instanceId()).toBytes()));
  }

  private static Opening opening(Answer answer) {
    Opening opening = answer.opening();
    if (opening == null) {
      throw new IllegalStateException("only a hit is opened");
    }
    return opening;
  }

  private static Bytes32 planId(PanelDossier dossier) {
    return Bytes32.parse(dossier.planId());
  }

  private static Address address(String text) {
    return Address.parse(text.toLowerCase(Locale.ROOT));
  }
}
