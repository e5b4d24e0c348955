package org.oml.prover.panel;

import org.oml.chain.send.PayloadSeal;

/** Seals nothing: what members keep is not what these tests are about. */
final class OpenSeal implements PayloadSeal {

  @Override
  public byte[] seal(byte[] payload, String purpose) {
    return payload;
  }

  @Override
  public byte[] open(byte[] sealed, String purpose) {
    return sealed;
  }
}
