package org.oml.prover.panel;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.contracts.CaseDossier;
import org.oml.contracts.PanelDossier;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Fingerprint;
import org.oml.prover.ProverError;
import org.oml.prover.panel.Plan.Question;
import org.oml.prover.vault.Vault;
import org.oml.prover.vault.VaultedInstance;
import org.springframework.stereotype.Component;
import org.web3j.protocol.core.methods.response.TransactionReceipt;

/** Puts everything about a plan into one file, once the court was shown it. */
@Component
final class PanelDossierWriter {

  private final PlanStore plans;
  private final SentSteps sent;
  private final Vault vault;
  private final PanelChain chain;
  private final ChainClient client;
  private final ContractAddresses addresses;

  PanelDossierWriter(
      PlanStore plans,
      SentSteps sent,
      Vault vault,
      PanelChain chain,
      ChainClient client,
      ContractAddresses addresses) {
    this.plans = plans;
    this.sent = sent;
    this.vault = vault;
    this.chain = chain;
    this.client = client;
    this.addresses = addresses;
  }

  /**
   * The dossier of a plan as it stands.
   *
   * @throws CodedException {@link ProverError#DOSSIER_UNKNOWN} before the plan is opened at the
   *     court: until then nothing of it may leave the prover
   */
  PanelDossier write(Plan plan) {
    if (!isOpened(chain.trial(plan.planId()).state())) {
      throw new CodedException(ProverError.DOSSIER_UNKNOWN, "The plan is not opened at the court.");
    }
    VaultedInstance instance =
        vault
            .find(plan.instanceId())
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.INSTANCE_UNKNOWN, "The vault has no secrets of the instance."));
    List<Question> questions = plans.questions(plan.planUuid());
    return new PanelDossier(
        1,
        plan.kind().name(),
        plan.planUuid().toString(),
        chain.chainId().toString(),
        addresses.of(Contract.PANEL_COURT).toString(),
        chain.account().toString(),
        instance.modelId().toString(),
        plan.instanceId().toString(),
        plan.host().toString(),
        plan.planId().toString(),
        plan.nonce().toString(),
        plan.endpoint(),
        plan.threshold(),
        questions.stream().map(each -> question(instance.modelId(), plan, each)).toList(),
        chain.panel(plan.planId()).members().stream().map(Address::toString).toList(),
        answers(plan, questions),
        sent.transactions(plan.planId(), chain.account()).stream().map(this::sent).toList(),
        Instant.now().toString());
  }

  private static boolean isOpened(TrialState state) {
    return switch (state) {
      case NONE, COMMITTED, EXPIRED -> false;
      case OPENED, ACQUITTED, CONVICTED, STOPPED, PAID -> true;
    };
  }

  private PanelDossier.Question question(Bytes32 modelId, Plan plan, Question question) {
    Fingerprint fingerprint = vault.fingerprint(plan.instanceId(), question.secret());
    return new PanelDossier.Question(
        fingerprint.leaf(modelId, plan.instanceId()).toString(), question.weight());
  }

  private List<PanelDossier.Answer> answers(Plan plan, List<Question> questions) {
    Map<Integer, Question> asked = new HashMap<>();
    questions.forEach(question -> asked.put(question.place(), question));
    return plans.answers(plan).stream()
        .filter(
            answer ->
                chain
                    .attested(plan.planId(), answer.place())
                    .equals(answer.attestation().structHash()))
        .map(answer -> answer(plan, answer, Objects.requireNonNull(asked.get(answer.place()))))
        .toList();
  }

  private PanelDossier.Answer answer(Plan plan, AttestedAnswer answer, Question question) {
    Attestation attestation = answer.attestation();
    return new PanelDossier.Answer(
        answer.place(),
        attestation.prover().toString(),
        attestation.keyHash().toString(),
        answer.answer(),
        attestation.askedAt(),
        attestation.answeredAt(),
        attestation.missingReceipt(),
        answer.signature().toString(),
        chain.isOpened(plan.planId(), answer.place()) ? opening(plan, question) : null);
  }

  /** What the court was shown of a hit is no secret any more. */
  private PanelDossier.Opening opening(Plan plan, Question question) {
    Fingerprint fingerprint = vault.fingerprint(plan.instanceId(), question.secret());
    return new PanelDossier.Opening(
        fingerprint.index(),
        fingerprint.key(),
        fingerprint.response(),
        fingerprint.leafSalt().toString(),
        vault.proof(plan.instanceId(), question.secret()).stream().map(Bytes32::toString).toList());
  }

  private CaseDossier.Sent sent(SentSteps.SentStep step) {
    Optional<TransactionReceipt> receipt = client.receipt(Bytes32.parse(step.hash()));
    @Nullable TransactionReceipt found = receipt.orElse(null);
    if (found == null) {
      return new CaseDossier.Sent(step.step(), step.hash(), null, null, 0);
    }
    long block = found.getBlockNumber().longValueExact();
    return new CaseDossier.Sent(
        step.step(),
        step.hash(),
        block,
        Bytes32.parse(found.getBlockHash()).toString(),
        chain.head().number() - block + 1);
  }
}
