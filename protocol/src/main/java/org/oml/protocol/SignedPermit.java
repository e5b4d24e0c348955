package org.oml.protocol;

/**
 * A permit with its signature, as it travels.
 *
 * @param permit what is signed
 * @param signature of a permit signer
 */
public record SignedPermit(Permit permit, Signature signature) implements IssuedPermit {

  static final String PREFIX = "oml1";

  public static SignedPermit sign(Permit permit, SigningDomain domain, SigningKey key) {
    return new SignedPermit(permit, key.sign(permit.digest(domain)));
  }

  @Override
  public Address signer(SigningDomain domain) {
    return permit.signer(domain, signature);
  }

  @Override
  public byte[] authority() {
    return signature.toBytes();
  }

  /** {@code oml1.<fields>.<signature>}. */
  @Override
  public String encode() {
    return PackedForm.encode(PREFIX, signature, PermitFields.pack(permit));
  }

  /**
   * @throws CodedException {@link ProtocolError#PERMIT_MALFORMED}, or {@link
   *     ProtocolError#SIGNATURE_INVALID}
   */
  public static SignedPermit parse(String text) {
    PackedForm form = PackedForm.parse(text, PREFIX, 1, ProtocolError.PERMIT_MALFORMED);
    return new SignedPermit(PermitFields.unpack(form.parts().getFirst()), form.signature());
  }
}
