package org.oml.prover.target;

import org.jspecify.annotations.Nullable;

/**
 * A question, its answer and what came with it, each as it was on the wire.
 *
 * @param version 1
 * @param dialect the interface that was asked; null in transcripts from before there were several,
 *     which are of OpenAI's
 * @param kind name of the {@link org.oml.protocol.CanonicalQuery.Kind}
 * @param request the body that was sent
 * @param answer the model's text
 * @param salt header {@code OML-Salt}
 * @param permit header {@code OML-Permit}
 * @param openingReceipt header {@code OML-Opening-Receipt}
 * @param receipt header {@code OML-Receipt}
 * @param askedAt when the question left, in epoch seconds
 * @param answeredAt when the answer was complete, in epoch seconds
 */
public record Transcript(
    int version,
    @Nullable Dialect dialect,
    String kind,
    String request,
    String answer,
    @Nullable String salt,
    @Nullable String permit,
    @Nullable String openingReceipt,
    @Nullable String receipt,
    long askedAt,
    long answeredAt) {

  /** Whether receipts can be for this question: they know OpenAI's interface alone. */
  public boolean isOfAReceiptsInterface() {
    return dialect == null || dialect == Dialect.OPENAI;
  }
}
