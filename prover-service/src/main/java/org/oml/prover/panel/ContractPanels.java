package org.oml.prover.panel;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.Revert;
import org.oml.chain.send.Intent;
import org.oml.chain.send.IntentState;
import org.oml.chain.send.Submission;
import org.oml.chain.send.TransactionSender;
import org.oml.contracts.PanelAnswers;
import org.oml.contracts.PanelPlan;
import org.oml.contracts.binding.PanelCourt;
import org.oml.contracts.binding.PaymentToken;
import org.oml.contracts.binding.ProverRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;
import org.oml.prover.ChainReads;
import org.oml.prover.ProverError;
import org.springframework.stereotype.Component;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * Panels on chain. Transactions are intents of the durable sender, named after account, plan and
 * step.
 */
@Component
final class ContractPanels implements PanelChain {

  private static final int ATTEMPTS = 5;
  private static final BigInteger EVERYTHING = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

  private final ChainClient client;
  private final ChainReads chain;
  private final TransactionSender sender;
  private final Address courtAddress;
  private final Address registryAddress;
  private final Address tokenAddress;
  private final PanelCourt court;
  private final ProverRegistry registry;
  private final PaymentToken token;
  private final SigningDomain domain;
  private volatile @Nullable Rules rules;

  ContractPanels(ChainClient client, TransactionSender sender, ContractAddresses addresses) {
    this.client = client;
    chain = new ChainReads(client);
    this.sender = sender;
    this.courtAddress = addresses.of(Contract.PANEL_COURT);
    this.registryAddress = addresses.of(Contract.PROVER_REGISTRY);
    this.tokenAddress = addresses.of(Contract.PAYMENT_TOKEN);
    this.domain = addresses.signingDomain();
    this.court = client.bind(PanelCourt::load, courtAddress);
    this.registry = client.bind(ProverRegistry::load, registryAddress);
    this.token = client.bind(PaymentToken::load, tokenAddress);
  }

  @Override
  public Rules rules() {
    Rules known = rules;
    if (known == null) {
      PanelCourt.Parameters fixed = chain.ask(court.parameters());
      known =
          new Rules(
              chain.ask(registry.panelSize()).intValueExact(),
              fixed.openTime.longValueExact(),
              fixed.payoutDelay.longValueExact(),
              fixed.quorum.intValueExact());
      rules = known;
    }
    return known;
  }

  @Override
  public Head head() {
    Block block = chain.head();
    return new Head(block.number(), block.timestamp());
  }

  @Override
  public Address account() {
    return sender.account();
  }

  @Override
  public BigInteger chainId() {
    return client.chainId();
  }

  @Override
  public boolean hasProvers() {
    BigInteger time =
        BigInteger.valueOf(head().time()).subtract(chain.ask(registry.parameters()).minimumAge);
    return chain.ask(registry.seatedAt(time)).intValueExact() > rules().panelSize();
  }

  @Override
  public Bytes32 planId(PanelPlan plan, Bytes32 nonce) {
    return plan.planId(client.chainId(), courtAddress, sender.account(), nonce);
  }

  @Override
  public Trial trial(Bytes32 planId) {
    PanelCourt.Trial found = chain.ask(court.trialOf(planId.toBytes()));
    return new Trial(
        state(found.state.intValueExact()),
        address(found.prover),
        found.committedAt.longValueExact(),
        found.decidedAt.longValueExact(),
        found.openUntil.longValueExact(),
        found.rebuttableUntil.longValueExact(),
        found.hits.intValueExact());
  }

  @Override
  public Panel panel(Bytes32 planId) {
    ProverRegistry.Panel found = chain.ask(registry.panelOf(planId.toBytes()));
    if (found.drawnAt.signum() == 0) {
      return new Panel(address(found.prover), 0, 0, 0, List.of());
    }
    List<?> members = chain.ask(registry.membersOf(planId.toBytes()));
    return new Panel(
        address(found.prover),
        found.drawnAt.longValueExact(),
        chain.ask(registry.answerUntil(planId.toBytes())).longValueExact(),
        chain.ask(registry.revealUntil(planId.toBytes())).longValueExact(),
        members.stream().map(member -> address(member.toString())).toList());
  }

  @Override
  public boolean isSeedGone(Bytes32 planId) {
    return chain.ask(registry.isSeedGone(planId.toBytes()));
  }

  @Override
  public Answers answers(Bytes32 planId, Address member) {
    ProverRegistry.Answers found =
        chain.ask(registry.answersOf(planId.toBytes(), member.toString()));
    return new Answers(
        Bytes32.of(found.root),
        found.count.intValueExact(),
        found.revealed.intValueExact(),
        found.committedAt.longValueExact(),
        found.punished);
  }

  @Override
  public Bytes32 attested(Bytes32 planId, int place) {
    return Bytes32.of(
        chain.ask(registry.attestationOf(planId.toBytes(), BigInteger.valueOf(place))));
  }

  @Override
  public boolean isOpened(Bytes32 planId, int place) {
    return chain.ask(court.askOf(planId.toBytes(), BigInteger.valueOf(place))).state.signum() != 0;
  }

  @Override
  public boolean isEnough(int hits, int asked) {
    return chain.ask(court.isEnough(BigInteger.valueOf(hits), BigInteger.valueOf(asked)));
  }

  @Override
  public Address signer(Attestation attestation, Signature signature) {
    return attestation.signer(domain, signature);
  }

  @Override
  public boolean isBondReady() {
    return isPaid(
        courtAddress, chain.ask(court.parameters()).bond, "let the panel court take bonds");
  }

  @Override
  public @Nullable String takeSeat() {
    String account = sender.account().toString();
    if (chain.ask(registry.proverOf(account)).bond.signum() != 0) {
      return null;
    }
    BigInteger bond = chain.ask(registry.parameters()).bond;
    return isPaid(registryAddress, bond, "let the provers' registry take the bond of a seat")
        ? send(registryAddress, "seat/" + registryAddress, registry.bond()).failure()
        : null;
  }

  /** Neither contract can be changed or takes more than its bond: one approval is enough. */
  private boolean isPaid(Address contract, BigInteger bond, String purpose) {
    String account = sender.account().toString();
    if (chain.ask(token.allowance(account, contract.toString())).compareTo(bond) < 0) {
      requireHeld(account, bond);
      submit(
          Intent.of(
              "approve/" + contract + "/" + account,
              tokenAddress,
              token.approve(contract.toString(), EVERYTHING),
              purpose));
      return false;
    }
    requireHeld(account, bond);
    return true;
  }

  private void requireHeld(String account, BigInteger bond) {
    if (chain.ask(token.balanceOf(account)).compareTo(bond) < 0) {
      throw new CodedException(
          ProverError.BOND_MISSING,
          "The account " + account + " holds less than a bond of " + bond + ".");
    }
  }

  @Override
  public Optional<String> commitment(Bytes32 planId) {
    return sent(planId + "/commit");
  }

  @Override
  public Optional<String> opening(Bytes32 planId) {
    return sent(planId + "/open");
  }

  private Optional<String> sent(String what) {
    return sender.findLast(key(what), ATTEMPTS).flatMap(Submission::hash).map(Bytes32::toString);
  }

  private String key(String what) {
    return "panel/" + sender.account() + "/" + what;
  }

  @Override
  public Sent commitPlan(Bytes32 planId) {
    return send(courtAddress, planId + "/commit", court.commitPlan(planId.toBytes()));
  }

  @Override
  public Sent draw(Bytes32 planId) {
    return send(registryAddress, planId + "/draw", registry.drawPanel(planId.toBytes()));
  }

  @Override
  public Sent expire(Bytes32 planId) {
    return send(courtAddress, planId + "/expire", court.expire(planId.toBytes()));
  }

  @Override
  public Sent openPlan(Bytes32 planId, PanelPlan plan, Bytes32 nonce) {
    return send(courtAddress, planId + "/open", court.openPlan(plan.plan(), nonce.toBytes()));
  }

  @Override
  public Sent openAsk(Attestation attestation, PanelCourt.Opening opening) {
    return send(
        courtAddress,
        attestation.planId() + "/ask/" + attestation.leafIndex(),
        court.openAsk(PanelAnswers.forCourt(attestation), opening));
  }

  @Override
  public Sent decide(Bytes32 planId) {
    return send(courtAddress, planId + "/decide", court.decide(planId.toBytes()));
  }

  @Override
  public Sent payout(Bytes32 planId) {
    return send(courtAddress, planId + "/payout", court.payout(planId.toBytes()));
  }

  @Override
  public @Nullable Sent collect(Bytes32 planId) {
    String account = sender.account().toString();
    return chain.ask(court.owed(account)).signum() == 0
        ? null
        : send(courtAddress, planId + "/collect", court.collect(account));
  }

  @Override
  public Sent commitAnswers(Bytes32 planId, int place, Bytes32 root, int count) {
    return send(
        registryAddress,
        planId + "/answers",
        registry.commitAnswers(
            planId.toBytes(),
            BigInteger.valueOf(place),
            root.toBytes(),
            BigInteger.valueOf(count)));
  }

  @Override
  public Sent punishSilence(Bytes32 planId, Address member) {
    return send(
        registryAddress,
        planId + "/silence/" + member,
        registry.punishSilence(planId.toBytes(), member.toString()));
  }

  @Override
  public Sent revealAnswer(
      Attestation attestation, Signature signature, Bytes32 nonce, List<Bytes32> proof) {
    return send(
        registryAddress,
        attestation.planId() + "/reveal/" + attestation.leafIndex(),
        registry.revealAnswer(
            PanelAnswers.forRegistry(attestation),
            signature.toBytes(),
            nonce.toBytes(),
            proof.stream().map(Bytes32::toBytes).toList()));
  }

  private Sent send(Address contract, String what, RemoteFunctionCall<?> call) {
    return submit(Intent.of(key(what), contract, call, "panel " + what));
  }

  /** A refusal for want of time is none: the step is asked for again. */
  private Sent submit(Intent intent) {
    try {
      Submission submission = sender.submit(intent, ATTEMPTS);
      return new Sent(
          submission.hash().map(Bytes32::toString).orElse(null),
          submission.state() == IntentState.FINAL,
          submission.failure());
    } catch (CodedException e) {
      Optional<Revert> revert = Revert.in(e);
      if (e.code() != ChainError.REVERTED || revert.isEmpty()) {
        throw ChainReads.unavailable(e);
      }
      String name = revert.get().name();
      return name.equals("TooEarly") || name.equals("SeedNotYet")
          ? new Sent(null, false, null)
          : new Sent(null, false, revert.get().toString());
    }
  }

  /** In the order of the contract's enum {@code State}. */
  private static TrialState state(int state) {
    return switch (state) {
      case 0 -> TrialState.NONE;
      case 1 -> TrialState.COMMITTED;
      case 2 -> TrialState.OPENED;
      case 3 -> TrialState.EXPIRED;
      case 4 -> TrialState.ACQUITTED;
      case 5 -> TrialState.CONVICTED;
      case 6 -> TrialState.STOPPED;
      case 7 -> TrialState.PAID;
      default ->
          throw new CodedException(
              ProverError.CHAIN_UNAVAILABLE, "The court has a state that is not known: " + state);
    };
  }

  private static Address address(String text) {
    return Address.parse(text.toLowerCase(Locale.ROOT));
  }
}
