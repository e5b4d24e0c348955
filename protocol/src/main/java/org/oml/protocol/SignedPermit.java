package org.oml.protocol;

import java.nio.ByteBuffer;

/**
 * A permit with its signature, as it travels.
 *
 * @param permit what is signed
 * @param signature of a permit signer
 */
public record SignedPermit(Permit permit, Signature signature) {

  private static final String PREFIX = "oml1";
  private static final int FIELDS = 160;

  public static SignedPermit sign(Permit permit, SigningDomain domain, SigningKey key) {
    return new SignedPermit(permit, key.sign(permit.digest(domain)));
  }

  public Bytes32 permitHash() {
    return permit.structHash();
  }

  public Address signer(SigningDomain domain) {
    return permit.signer(domain, signature);
  }

  /** {@code oml1.<fields>.<signature>}. */
  public String encode() {
    ByteBuffer fields = ByteBuffer.allocate(FIELDS);
    fields
        .put(permit.modelId().toBytes())
        .put(permit.instanceId().toBytes())
        .put(permit.host().toBytes());
    fields.putInt(permit.termsVersion()).put(permit.queryHash().toBytes());
    fields.putLong(permit.serial()).putLong(permit.issuedAt()).putLong(permit.expiresAt());
    fields.put(Unsigned.bytes(permit.price(), 16));
    return PackedForm.encode(PREFIX, fields.array(), signature);
  }

  /**
   * @throws CodedException {@link ProtocolError#PERMIT_MALFORMED}, or {@link
   *     ProtocolError#SIGNATURE_INVALID}
   */
  public static SignedPermit parse(String text) {
    PackedForm form = PackedForm.parse(text, PREFIX, FIELDS, ProtocolError.PERMIT_MALFORMED);
    FieldReader in = new FieldReader(form.fields());
    Permit permit =
        new Permit(
            in.bytes32(),
            in.bytes32(),
            in.address(),
            in.uint32(),
            in.bytes32(),
            in.uint64(),
            in.uint64(),
            in.uint64(),
            in.uint128());
    return new SignedPermit(permit, form.signature());
  }
}
