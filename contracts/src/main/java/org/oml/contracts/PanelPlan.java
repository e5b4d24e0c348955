package org.oml.contracts;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.oml.contracts.binding.PanelCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Hex;
import org.oml.protocol.Identifiers;
import org.oml.protocol.Keccak;
import org.oml.protocol.PermitTree;
import org.oml.protocol.ResponseRoot;
import org.web3j.abi.FunctionEncoder;

/**
 * A plan of a case N or T, as the panel court reads it: which fingerprints of an instance a panel
 * asks, each at its place. Hidden in its identifier until the panel has answered.
 */
public final class PanelPlan {

  /** What a plan is about. */
  public enum Kind {
    /** The instance's host serves without receipts. */
    N(0),
    /** A copy of the instance serves elsewhere. */
    T(1);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /**
   * A question.
   *
   * @param fingerprint whose key is asked
   * @param weight in the tracing code, 1 where there is none
   */
  public record Question(Fingerprint fingerprint, int weight) {

    private Bytes32 hash(Bytes32 modelId, Bytes32 instanceId) {
      return questionHash(fingerprint.leaf(modelId, instanceId), weight);
    }
  }

  /** What the plan's tree holds of a question. */
  static Bytes32 questionHash(Bytes32 leaf, int weight) {
    return new Keccak()
        .add("oml.plan.v1")
        .add(leaf)
        .add(ByteBuffer.allocate(2).putShort((short) weight).array())
        .hash();
  }

  private final List<Question> questions;
  private final PermitTree tree;
  private final PanelCourt.Plan plan;

  /**
   * @param questions in the order of their places; that at place i is asked by the panel's member i
   *     modulo its size
   * @param threshold T: the weight that hits must reach; N: 0
   * @param target where it is asked
   */
  public PanelPlan(
      Kind kind,
      Bytes32 modelId,
      Bytes32 instanceId,
      List<Question> questions,
      int threshold,
      String target) {
    this.questions = List.copyOf(questions);
    this.tree =
        new PermitTree(
            questions.stream().map(question -> question.hash(modelId, instanceId)).toList());
    this.plan = plan(kind, instanceId, tree.root(), questions.size(), threshold, target);
  }

  static PanelCourt.Plan plan(
      Kind kind, Bytes32 instanceId, Bytes32 root, int questions, int threshold, String target) {
    return new PanelCourt.Plan(
        BigInteger.valueOf(kind.code),
        instanceId.toBytes(),
        root.toBytes(),
        BigInteger.valueOf(questions),
        BigInteger.valueOf(threshold),
        targetHash(target).toBytes());
  }

  /** What attestations say of where it was asked. */
  public static Bytes32 targetHash(String target) {
    return Keccak.of(target);
  }

  /** The argument of {@code PanelCourt.openPlan}. */
  public PanelCourt.Plan plan() {
    return plan;
  }

  /**
   * What {@code PanelCourt.commitPlan} takes, and every attestation names.
   *
   * @param chainId of EIP-155
   * @param court the panel court's address
   * @param sender who commits and later opens
   * @param nonce secret until the plan is opened
   */
  public Bytes32 planId(BigInteger chainId, Address court, Address sender, Bytes32 nonce) {
    return planId(plan, chainId, court, sender, nonce);
  }

  static Bytes32 planId(
      PanelCourt.Plan plan, BigInteger chainId, Address court, Address sender, Bytes32 nonce) {
    Bytes32 hash = Keccak.of(Hex.parse("0x" + FunctionEncoder.encodeConstructor(List.of(plan))));
    return Identifiers.commitment(chainId, court, sender, hash, nonce);
  }

  /**
   * The argument of {@code PanelCourt.openAsk}.
   *
   * @param place of the question
   * @param leafProof from the fingerprint's leaf to the instance's fingerprint root
   * @param answer the whole text that was answered
   */
  public PanelCourt.Opening opening(int place, List<Bytes32> leafProof, String answer) {
    Question question = questions.get(place);
    Fingerprint fingerprint = question.fingerprint();
    ResponseRoot given = ResponseRoot.of(answer);
    return new PanelCourt.Opening(
        BigInteger.valueOf(fingerprint.index()),
        fingerprint.key().getBytes(StandardCharsets.UTF_8),
        fingerprint.response().getBytes(StandardCharsets.UTF_8),
        fingerprint.leafSalt().toBytes(),
        bytes(leafProof),
        BigInteger.valueOf(question.weight()),
        bytes(tree.path(place)),
        BigInteger.valueOf(given.length()),
        given.prefix());
  }

  private static List<byte[]> bytes(List<Bytes32> hashes) {
    return hashes.stream().map(Bytes32::toBytes).toList();
  }
}
