package org.oml.prover.panel;

import org.oml.contracts.PanelAnswers;
import org.oml.protocol.Attestation;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Signature;

/**
 * What a member says that it was answered.
 *
 * @param version 1
 * @param signature of the member
 * @param nonce hides the attestation until it is revealed
 * @param answer the whole text
 */
record AttestedAnswer(
    int version, Attestation attestation, Signature signature, Bytes32 nonce, String answer) {

  int place() {
    return attestation.leafIndex();
  }

  PanelAnswers.Answer committed() {
    return new PanelAnswers.Answer(attestation, nonce);
  }
}
