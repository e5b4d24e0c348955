package org.oml.contracts;

import java.math.BigInteger;
import java.util.List;
import org.oml.contracts.binding.PanelCourt;
import org.oml.contracts.binding.ProverRegistry;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.MerkleTree;
import org.oml.protocol.ResponseRoot;

/**
 * What a member of a panel was answered: committed to by one root, then revealed answer by answer.
 */
public final class PanelAnswers {

  private final MerkleTree tree;

  /**
   * An answer.
   *
   * @param nonce secret until it is revealed, so that nobody guesses the answer from the root
   */
  public record Answer(Attestation attestation, Bytes32 nonce) {

    private Bytes32 leaf() {
      Bytes32 inner =
          new Keccak().add("oml.answer.v1").add(attestation.structHash()).add(nonce).hash();
      return Keccak.of(inner.toBytes());
    }
  }

  /**
   * @param answers at least one, all that the member was given
   */
  public PanelAnswers(List<Answer> answers) {
    this.tree = new MerkleTree(answers.stream().map(Answer::leaf).toList());
  }

  /** What {@code ProverRegistry.commitAnswers} takes. */
  public Bytes32 root() {
    return tree.root();
  }

  /** The proof of an answer for {@code ProverRegistry.revealAnswer}. */
  public List<Bytes32> proof(int index) {
    return tree.proof(index);
  }

  /** What an attestation says of an answer's length and first bytes. */
  public static Bytes32 answerPrefixHash(String answer) {
    ResponseRoot given = ResponseRoot.of(answer);
    return new Keccak().addLong(given.length()).add(given.prefix()).hash();
  }

  /** For {@code ProverRegistry.revealAnswer} and {@code punishEquivocation}. */
  public static ProverRegistry.Attestation forRegistry(Attestation attestation) {
    return new ProverRegistry.Attestation(
        attestation.planId().toBytes(),
        attestation.prover().toString(),
        BigInteger.valueOf(attestation.leafIndex()),
        attestation.keyHash().toBytes(),
        attestation.answerPrefixHash().toBytes(),
        attestation.targetHash().toBytes(),
        BigInteger.valueOf(attestation.askedAt()),
        BigInteger.valueOf(attestation.answeredAt()),
        attestation.missingReceipt());
  }

  /** For {@code PanelCourt.openAsk} and {@code rebutAsk}. */
  public static PanelCourt.Attestation forCourt(Attestation attestation) {
    return new PanelCourt.Attestation(
        attestation.planId().toBytes(),
        attestation.prover().toString(),
        BigInteger.valueOf(attestation.leafIndex()),
        attestation.keyHash().toBytes(),
        attestation.answerPrefixHash().toBytes(),
        attestation.targetHash().toBytes(),
        BigInteger.valueOf(attestation.askedAt()),
        BigInteger.valueOf(attestation.answeredAt()),
        attestation.missingReceipt());
  }
}
