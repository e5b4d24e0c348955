package org.oml.prover.panel;

import java.security.SecureRandom;
import org.oml.contracts.PanelAnswers;
import org.oml.contracts.PanelPlan;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;
import org.oml.prover.ProverError;
import org.oml.prover.evidence.Finding;
import org.oml.prover.evidence.ReceiptCheck;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.panel.Seat.Ask;
import org.oml.prover.target.Transcript;

/** Says under the account's signature what was answered. */
final class Witness {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SigningKey account;
  private final ChainRecords records;
  private final ReceiptCheck receipts;
  private final PanelChain chain;

  Witness(SigningKey account, ChainRecords records, PanelChain chain) {
    this.account = account;
    this.records = records;
    this.receipts = new ReceiptCheck(records);
    this.chain = chain;
  }

  /**
   * Attests an answer. Its times are not before the draw, and the chain has not reached them when
   * this account's clock is right: with a clock that is behind, the chain's own time stands.
   *
   * @param before time of the newest block before the question left, in seconds
   * @throws CodedException when the chain does not answer
   */
  AttestedAnswer attest(Seat seat, Ask ask, Transcript transcript, long before) {
    var instance =
        records
            .instance(seat.instanceId())
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.INSTANCE_UNPUBLISHED, "The chain does not have the instance."));
    boolean missing = receipts.judge(transcript, instance).finding() == Finding.MISSING;
    long askedAt = Math.max(before, transcript.askedAt());
    long answeredAt = Math.max(askedAt, Math.max(chain.head().time(), transcript.answeredAt()));
    Attestation attestation =
        new Attestation(
            seat.planId(),
            account.address(),
            java.util.Objects.requireNonNull(ask.place(), "covers are not attested"),
            Keccak.of(ask.text()),
            PanelAnswers.answerPrefixHash(transcript.answer()),
            PanelPlan.targetHash(seat.endpoint()),
            askedAt,
            answeredAt,
            missing);
    byte[] nonce = new byte[32];
    RANDOM.nextBytes(nonce);
    return new AttestedAnswer(
        1,
        attestation,
        account.sign(attestation.digest(records.domain())),
        Bytes32.of(nonce),
        transcript.answer());
  }
}
