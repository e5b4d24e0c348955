package org.oml.prover.evidence;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Transcript;

/**
 * Says what a transcript proves against an instance. In doubt it proves nothing: a receipt that
 * does not bind the instance's gateway to exactly this question and answer at this time is as good
 * as none.
 */
public final class ReceiptCheck {

  private static final long LARGEST_CLOCK_DIFFERENCE = 120;

  private final ChainRecords chain;
  private final Coverage permits;

  /** Judges by what the chain says of keys and signers. */
  public ReceiptCheck(ChainRecords chain) {
    this.chain = chain;
    this.permits = new Coverage(chain);
  }

  /**
   * Judges one answer.
   *
   * @throws CodedException when the chain does not answer
   */
  public Judgement judge(Transcript transcript, PublishedInstance instance) {
    if (transcript.salt() == null || transcript.receipt() == null) {
      return missing("The answer came without salt or receipt.");
    }
    if (!transcript.isOfAReceiptsInterface()) {
      return missing("Receipts are for OpenAI's interface alone.");
    }
    Bytes32 salt;
    SignedReceipt signed;
    try {
      salt = Bytes32.parse(transcript.salt());
      signed = SignedReceipt.parse(transcript.receipt());
    } catch (CodedException e) {
      return missing("Salt or receipt cannot be read.");
    }
    String flaw = flaw(signed, salt, transcript, instance);
    return flaw == null ? judge(signed.receipt(), transcript) : missing(flaw);
  }

  private Judgement judge(Receipt receipt, Transcript transcript) {
    if (transcript.permit() != null && permits.covers(transcript.permit(), receipt)) {
      return new Judgement(Finding.PERMITTED, "A valid permit came with the answer.");
    }
    if (contradicts(transcript.openingReceipt(), receipt)) {
      return missing("The opening receipt names another permit than the final one.");
    }
    return receipt.permitHash().isZero()
        ? new Judgement(Finding.UNPERMITTED, "The gateway signed a receipt that names no permit.")
        : new Judgement(
            Finding.UNPROVEN,
            "The permit that the receipt names is not there, or does not cover the answer.");
  }

  private @Nullable String flaw(
      SignedReceipt signed, Bytes32 salt, Transcript transcript, PublishedInstance instance) {
    Receipt receipt = signed.receipt();
    if (!receipt.modelId().equals(instance.modelId())
        || !receipt.instanceId().equals(instance.instanceId())
        || !receipt.host().equals(instance.host())) {
      return "The receipt is of another instance.";
    }
    if (receipt.servedAt() < instance.activatedAt()) {
      return "The receipt is older than the instance.";
    }
    if (Math.abs(receipt.servedAt() - transcript.answeredAt()) > LARGEST_CLOCK_DIFFERENCE) {
      return "The receipt's time is more than two minutes off.";
    }
    byte[] request = transcript.request().getBytes(StandardCharsets.UTF_8);
    CanonicalQuery query = CanonicalQuery.of(Kind.valueOf(transcript.kind()), request);
    if (!receipt.queryHash().equals(query.queryHash(salt))) {
      return "The receipt is for another query.";
    }
    if (!receipt.responseRoot().equals(ResponseRoot.of(transcript.answer()).root(salt))) {
      return "The receipt is for another answer.";
    }
    Address gatewayKey = chain.gatewayKeyAt(instance.instanceId(), receipt.servedAt());
    return !gatewayKey.equals(Address.ZERO) && signed.signer(chain.domain()).equals(gatewayKey)
        ? null
        : "The receipt is not signed by the instance's gateway.";
  }

  /**
   * A gateway that says two things about its permit may be broken; a broken gateway is no thief.
   */
  private static boolean contradicts(@Nullable String opening, Receipt receipt) {
    if (opening == null) {
      return false;
    }
    try {
      Receipt first = SignedReceipt.parse(opening).receipt();
      return !first.permitHash().equals(receipt.permitHash());
    } catch (CodedException e) {
      return false;
    }
  }

  private static Judgement missing(String reason) {
    return new Judgement(Finding.MISSING, reason);
  }
}
