package org.oml.chain.dossier;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.contracts.CaseDossier;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.contracts.binding.PermitLedger;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Equivocation;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Hex;
import org.oml.protocol.Identifiers;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.MerkleTree;
import org.oml.protocol.Permit;
import org.oml.protocol.PermitCheck;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import org.web3j.protocol.core.methods.response.Transaction;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/**
 * Checks a case's dossier against the chain alone: what the host signed, what the instance's tree
 * and the terms hold, what the prover committed to and when, and what the court made of it. Nothing
 * that the dossier says of itself is believed.
 */
public final class DossierCheck {

  /** Of {@code IPenaltyCourt.State}: no case, and one that was rebutted. */
  private static final int NO_CASE = 0;

  private static final int REBUTTED = 2;

  private final ChainClient chain;
  private final ContractAddresses addresses;
  private final SigningDomain domain;
  private final ModelRegistry registry;
  private final PermitLedger ledger;
  private final PenaltyCourt court;
  private Findings findings = new Findings();

  /**
   * @param addresses of the contracts that are trusted; the dossier's own may be anybody's
   */
  public DossierCheck(ChainClient chain, ContractAddresses addresses) {
    this.chain = chain;
    this.addresses = addresses;
    this.domain = addresses.signingDomain();
    this.registry = chain.bind(ModelRegistry::load, addresses.of(Contract.MODEL_REGISTRY));
    this.ledger = chain.bind(PermitLedger::load, addresses.of(Contract.PERMIT_LEDGER));
    this.court = chain.bind(PenaltyCourt::load, addresses.of(Contract.PENALTY_COURT));
  }

  /**
   * One thing that was checked.
   *
   * @param name for scripts
   * @param sentence what holds, or should
   */
  public record Finding(String name, boolean holds, String sentence) {}

  /**
   * Checks all that can be checked.
   *
   * @throws CodedException when the chain does not answer
   */
  public List<Finding> check(CaseDossier dossier) {
    findings = new Findings();
    find(
        "chain",
        "Chain and court are the ones that are trusted.",
        () ->
            new BigInteger(dossier.chainId()).equals(chain.chainId())
                && Address.parse(dossier.court()).equals(addresses.of(Contract.PENALTY_COURT)));
    for (int i = 0; i < dossier.receipts().size(); i++) {
      int index = i;
      find(
          "receipt",
          "Receipt " + (i + 1) + " was signed by the gateway of the instance and names its host.",
          () -> isTheGateways(dossier, dossier.receipt(index).receipt(), index));
    }
    exchange(dossier);
    if (dossier.kind().equals("E")) {
      find(
          "doubleUse",
          "Two receipts contradict each other on one permit.",
          () -> contradict(dossier));
    } else {
      opening(dossier);
      find("permits", "No permit that was shown covers the answer.", () -> noPermitCovers(dossier));
      lookups(dossier);
    }
    commitment(dossier);
    standing(dossier);
    transactions(dossier);
    return findings.all();
  }

  private boolean isTheGateways(CaseDossier dossier, Receipt receipt, int index) {
    ModelRegistry.Instance instance = instance(receipt.instanceId());
    Address gateway =
        address(
            chain.read(
                registry.gatewayKeyAt(
                    receipt.instanceId().toBytes(), BigInteger.valueOf(receipt.servedAt()))));
    return !gateway.equals(Address.ZERO)
        && dossier.receipt(index).signer(domain).equals(gateway)
        && receipt.modelId().equals(Bytes32.of(instance.modelId))
        && receipt.modelId().equals(Bytes32.parse(dossier.modelId()))
        && receipt.host().equals(address(instance.host))
        && receipt.host().equals(Address.parse(dossier.host()))
        && receipt.servedAt() >= instance.activatedAt.longValueExact();
  }

  /** The last receipt is the one that question and answer belong to. */
  private void exchange(CaseDossier dossier) {
    Bytes32 salt = Bytes32.parse(dossier.exchange().salt());
    Receipt receipt = dossier.receipt(dossier.receipts().size() - 1).receipt();
    find(
        "question",
        "The receipt is for this question.",
        () -> dossier.query().queryHash(salt).equals(receipt.queryHash()));
    find(
        "answer",
        "The receipt is for this answer.",
        () ->
            ResponseRoot.of(dossier.exchange().answer()).root(salt).equals(receipt.responseRoot()));
  }

  private boolean contradict(CaseDossier dossier) {
    return dossier.receipts().size() == 2
        && Equivocation.isShownBy(dossier.receipt(0), dossier.receipt(1), domain);
  }

  private void opening(CaseDossier dossier) {
    CaseDossier.Opening opening = dossier.opening();
    if (opening == null) {
      find("fingerprint", "A fingerprint is opened.", () -> false);
      return;
    }
    Receipt receipt = dossier.receipt(0).receipt();
    ModelRegistry.Instance instance = instance(receipt.instanceId());
    Fingerprint fingerprint = dossier.fingerprint();
    find(
        "fingerprint",
        "The fingerprint is in the tree that was published before the host had the instance.",
        () ->
            MerkleTree.verify(
                Bytes32.of(instance.fingerprintRoot),
                fingerprint.leaf(receipt.modelId(), receipt.instanceId()),
                opening.leafProof().stream().map(Bytes32::parse).toList()));
    find(
        "key",
        "The question is the fingerprint's key, and the answer begins with its response.",
        () ->
            dossier.query().userText().equals(fingerprint.key())
                && Fingerprint.matches(dossier.exchange().answer(), fingerprint.response()));
    find(
        "context",
        "The terms allow to ask in this way.",
        () -> {
          ModelRegistry.Terms terms =
              chain.read(registry.termsOf(instance.modelId, instance.termsVersion));
          return MerkleTree.verify(
              Bytes32.of(terms.contextRoot),
              Identifiers.contextLeaf(dossier.query().contextHash()),
              opening.contextProof().stream().map(Bytes32::parse).toList());
        });
  }

  private boolean noPermitCovers(CaseDossier dossier) {
    List<String> shown = new ArrayList<>();
    Optional.ofNullable(dossier.exchange().permit()).ifPresent(shown::add);
    dossier.lookups().forEach(lookup -> shown.addAll(lookup.permits()));
    Receipt receipt = dossier.receipt(0).receipt();
    return shown.stream().noneMatch(permit -> covers(permit, receipt));
  }

  private boolean covers(String text, Receipt receipt) {
    IssuedPermit issued;
    try {
      issued = IssuedPermit.parse(text);
    } catch (CodedException e) {
      return false;
    }
    Permit permit = issued.permit();
    boolean blank = permit.queryHash().isZero() && permit.structHash().equals(receipt.permitHash());
    return permit.modelId().equals(receipt.modelId())
        && permit.instanceId().equals(receipt.instanceId())
        && permit.host().equals(receipt.host())
        && (blank || permit.queryHash().equals(receipt.queryHash()))
        && permit.issuedAt() <= receipt.servedAt()
        && receipt.servedAt() <= permit.expiresAt()
        && permit.expiresAt() - permit.issuedAt() <= PermitCheck.LONGEST_LIFE
        && chain.read(
            ledger.isSignerAt(
                issued.signer(domain).toString(), BigInteger.valueOf(permit.issuedAt())));
  }

  /** Asked earlier, the lookup would have told the host which query was the audit. */
  private void lookups(CaseDossier dossier) {
    find(
        "lookup",
        "The permission service was asked after the commitment, and had no permit.",
        () -> {
          long committedAt = committedAt(dossier);
          return committedAt > 0
              && !dossier.lookups().isEmpty()
              && dossier.lookups().stream()
                  .allMatch(
                      lookup ->
                          lookup.chainTime() >= committedAt && !lookup.result().equals("FOUND"));
        });
  }

  private void commitment(CaseDossier dossier) {
    find(
        "commitment",
        "The prover committed to exactly this evidence, after the answer.",
        () -> {
          long latest =
              dossier.receipts().stream()
                  .mapToLong(text -> SignedReceipt.parse(text).receipt().servedAt())
                  .max()
                  .orElse(Long.MAX_VALUE);
          return dossier.commitmentThatFollows(domain).equals(Bytes32.parse(dossier.commitment()))
              && committedAt(dossier) >= latest;
        });
  }

  private long committedAt(CaseDossier dossier) {
    return chain
        .read(court.commitmentOf(Bytes32.parse(dossier.commitment()).toBytes()))
        .committedAt
        .longValueExact();
  }

  private void standing(CaseDossier dossier) {
    find(
        "case",
        "The court has the case, opened by this prover on this instance, and it was not rebutted.",
        () -> {
          Bytes32 courtCase = dossier.courtCaseThatFollows(domain);
          PenaltyCourt.Case found = chain.read(court.caseOf(courtCase.toBytes()));
          int state = found.state.intValueExact();
          return courtCase.equals(Bytes32.parse(dossier.courtCase()))
              && state != NO_CASE
              && state != REBUTTED
              && address(found.prover).equals(Address.parse(dossier.prover()))
              && Bytes32.of(found.instanceId).equals(Bytes32.parse(dossier.instanceId()));
        });
  }

  private void transactions(CaseDossier dossier) {
    find(
        "transactions",
        "Commitment and reveal are transactions of the prover to the court, where the dossier says.",
        () ->
            dossier.transactions().stream().anyMatch(sent -> sent.step().equals("COMMIT"))
                && dossier.transactions().stream().anyMatch(sent -> sent.step().equals("REVEAL"))
                && dossier.transactions().stream()
                    .filter(sent -> sent.blockNumber() != null)
                    .allMatch(sent -> isThere(dossier, sent)));
    find(
        "reveal",
        "The reveal that is on chain shows this evidence.",
        () ->
            dossier.transactions().stream()
                .filter(sent -> sent.step().equals("REVEAL"))
                .anyMatch(sent -> reveals(dossier, sent)));
  }

  private boolean isThere(CaseDossier dossier, CaseDossier.Sent sent) {
    Optional<TransactionReceipt> receipt = chain.receipt(Bytes32.parse(sent.hash()));
    return receipt.isPresent()
        && receipt.get().isStatusOK()
        && BigInteger.valueOf(sent.blockNumber() == null ? -1 : sent.blockNumber())
            .equals(receipt.get().getBlockNumber())
        && Bytes32.parse(receipt.get().getBlockHash()).toString().equals(sent.blockHash())
        && address(receipt.get().getTo()).equals(addresses.of(Contract.PENALTY_COURT))
        && address(receipt.get().getFrom()).equals(Address.parse(dossier.prover()));
  }

  private boolean reveals(CaseDossier dossier, CaseDossier.Sent sent) {
    byte[] nonce = Bytes32.parse(dossier.nonce()).toBytes();
    String expected =
        dossier.kind().equals("E")
            ? court
                .revealDoubleUse(dossier.doubleUse(domain).evidence(), nonce)
                .encodeFunctionCall()
            : court.reveal(dossier.evidence().evidence(), nonce).encodeFunctionCall();
    Optional<Transaction> transaction =
        chain.send(web3j -> web3j.ethGetTransactionByHash(sent.hash())).getTransaction();
    return transaction.isPresent()
        && Hex.of(Hex.parse(transaction.get().getInput())).equals(Hex.of(Hex.parse(expected)));
  }

  private ModelRegistry.Instance instance(Bytes32 instanceId) {
    return chain.read(registry.instance(instanceId.toBytes()));
  }

  private void find(String name, String sentence, BooleanSupplier test) {
    findings.find(name, sentence, test);
  }

  private static Address address(String text) {
    return Address.parse(text.toLowerCase(Locale.ROOT));
  }
}
