package org.oml.contracts;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.contracts.binding.PanelCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.PermitTree;
import org.oml.protocol.Signature;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that there is to a case N or T, in one file, so that anybody can check it against the chain
 * without this platform. Hashes and addresses are texts as in the API; times are epoch seconds, but
 * for {@code exportedAt} (RFC 3339). Keys that were no hits stay hidden in their leaves.
 *
 * @param version 1
 * @param kind {@code N} or {@code T}
 * @param caseId the prover's name for it
 * @param chainId decimal
 * @param court the panel court
 * @param prover whose account committed to the plan
 * @param target where it was asked
 * @param threshold T: the weight that hits must reach; N: 0
 * @param questions in the order of their places
 * @param members of the panel, in the order of their places
 * @param answers that the members handed over
 * @param transactions of the plan's prover, in order
 */
public record PanelDossier(
    int version,
    String kind,
    String caseId,
    String chainId,
    String court,
    String prover,
    String modelId,
    String instanceId,
    String host,
    String planId,
    String nonce,
    String target,
    int threshold,
    List<Question> questions,
    List<String> members,
    List<Answer> answers,
    List<CaseDossier.Sent> transactions,
    String exportedAt) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public PanelDossier {
    questions = List.copyOf(questions);
    members = List.copyOf(members);
    answers = List.copyOf(answers);
    transactions = List.copyOf(transactions);
  }

  /**
   * A question.
   *
   * @param leaf of the fingerprint in the instance's tree
   * @param weight in the tracing code, 1 where there is none
   */
  public record Question(String leaf, int weight) {}

  /**
   * What a member says that it was answered.
   *
   * @param place of the question
   * @param answer the whole text
   * @param opening of the fingerprint, where the court was shown a hit; null elsewhere
   */
  public record Answer(
      int place,
      String member,
      String keyHash,
      String answer,
      long askedAt,
      long answeredAt,
      boolean missingReceipt,
      String signature,
      @Nullable Opening opening) {

    /** The member's signature. */
    public Signature signed() {
      return Signature.parse(signature);
    }
  }

  /**
   * What the instance's tree holds.
   *
   * @param leafProof siblings from the leaf to the fingerprint root
   */
  public record Opening(
      int index, String key, String response, String leafSalt, List<String> leafProof) {

    /** The fingerprint. */
    public Fingerprint fingerprint() {
      return new Fingerprint(index, key, response, Bytes32.parse(leafSalt));
    }
  }

  /**
   * Reads a dossier.
   *
   * @throws IllegalArgumentException for what is none, with a sentence that says so
   */
  public static PanelDossier read(byte[] json) {
    try {
      PanelDossier dossier = JSON.readValue(json, PanelDossier.class);
      if (dossier == null || dossier.version() != 1) {
        throw new IllegalArgumentException("The file is no dossier of version 1.");
      }
      return dossier;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The file is no dossier: it does not read as JSON.", e);
    }
  }

  /** As a file. */
  public byte[] write() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /** The plan that the court was shown. */
  public PanelCourt.Plan plan() {
    PermitTree tree =
        new PermitTree(
            questions.stream()
                .map(each -> PanelPlan.questionHash(Bytes32.parse(each.leaf()), each.weight()))
                .toList());
    return PanelPlan.plan(
        PanelPlan.Kind.valueOf(kind),
        Bytes32.parse(instanceId),
        tree.root(),
        questions.size(),
        threshold,
        target);
  }

  /** The court's identifier that follows from the plan, the prover and the nonce. */
  public Bytes32 planThatFollows() {
    return PanelPlan.planId(
        plan(),
        new BigInteger(chainId),
        Address.parse(court),
        Address.parse(prover),
        Bytes32.parse(nonce));
  }

  /** What the member signed. */
  public Attestation attestation(Answer answer) {
    return new Attestation(
        Bytes32.parse(planId),
        Address.parse(answer.member()),
        answer.place(),
        Bytes32.parse(answer.keyHash()),
        PanelAnswers.answerPrefixHash(answer.answer()),
        PanelPlan.targetHash(target),
        answer.askedAt(),
        answer.answeredAt(),
        answer.missingReceipt());
  }
}
