package org.oml.protocol;

/** A permit as it travels: signed alone, or as one of a batch that is signed together. */
public sealed interface IssuedPermit permits SignedPermit, BatchedPermit {

  /** What was permitted. */
  Permit permit();

  /** Names the permit in receipts; the same however it was signed. */
  default Bytes32 permitHash() {
    return permit().structHash();
  }

  /** Who signed; the zero address if the signature recovers to nobody. */
  Address signer(SigningDomain domain);

  /**
   * Who signed, as a contract checks it: the 65 bytes of the signature, or for one of a batch
   * {@code place ‖ path ‖ signature of the batch}.
   */
  byte[] authority();

  /** The string form, {@code oml1.…} or {@code omlb1.…}. */
  String encode();

  /**
   * Reads either string form.
   *
   * @throws CodedException {@link ProtocolError#PERMIT_MALFORMED}, {@link
   *     ProtocolError#SIGNATURE_INVALID} or {@link ProtocolError#VALUE_OUT_OF_RANGE}
   */
  static IssuedPermit parse(String text) {
    return text.startsWith(BatchedPermit.PREFIX + ".")
        ? BatchedPermit.parse(text)
        : SignedPermit.parse(text);
  }
}
