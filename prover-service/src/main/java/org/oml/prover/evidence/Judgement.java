package org.oml.prover.evidence;

/**
 * A finding with its reason.
 *
 * @param reason one sentence for people
 */
public record Judgement(Finding finding, String reason) {}
