package org.oml.prover.audit;

import org.oml.protocol.CodedException;
import org.oml.prover.evidence.Finding;
import org.oml.prover.evidence.ReceiptCheck;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.InstanceSecrets.Secret;

/** Judges single answers to keys. */
final class KeyJudge {

  private final ReceiptCheck receipts;

  KeyJudge(ReceiptCheck receipts) {
    this.receipts = receipts;
  }

  /** Compares an answer with the fingerprint's; what its receipt proves is not looked at. */
  static KeyResult compare(Transcript transcript, Secret secret) {
    return new KeyResult(
        true,
        Matching.of(transcript.answer(), secret.key(), secret.response()),
        Matching.chance(secret.response(), secret.candidates()),
        Finding.MISSING);
  }

  /**
   * Judges an answer as a whole.
   *
   * @throws CodedException when the chain does not answer
   */
  KeyResult judge(Transcript transcript, Secret secret, PublishedInstance instance) {
    KeyResult compared = compare(transcript, secret);
    Finding finding = receipts.judge(transcript, instance).finding();
    return new KeyResult(true, compared.match(), compared.chance(), finding);
  }

  /** Whether a case can be built on it: the court compares exactly. */
  static boolean isEvidence(KeyResult result) {
    return result.match() == Match.EXACT && result.finding().isEvidence();
  }
}
