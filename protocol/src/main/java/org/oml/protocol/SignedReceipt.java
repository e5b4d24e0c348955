package org.oml.protocol;

import java.nio.ByteBuffer;

/**
 * A receipt with its signature, as it travels.
 *
 * @param receipt what is signed
 * @param signature of the gateway key
 */
public record SignedReceipt(Receipt receipt, Signature signature) {

  private static final String PREFIX = "omlr1";
  private static final int FIELDS = 220;

  public static SignedReceipt sign(Receipt receipt, SigningDomain domain, SigningKey key) {
    return new SignedReceipt(receipt, key.sign(receipt.digest(domain)));
  }

  public Address signer(SigningDomain domain) {
    return receipt.signer(domain, signature);
  }

  /** {@code omlr1.<fields>.<signature>}. */
  public String encode() {
    ByteBuffer fields = ByteBuffer.allocate(FIELDS);
    fields
        .put(receipt.modelId().toBytes())
        .put(receipt.instanceId().toBytes())
        .put(receipt.host().toBytes());
    fields.put(receipt.queryHash().toBytes()).put(receipt.responseRoot().toBytes());
    fields
        .put(receipt.permitHash().toBytes())
        .putLong(receipt.servedAt())
        .put(receipt.clientRef().toBytes());
    return PackedForm.encode(PREFIX, signature, fields.array());
  }

  /**
   * @throws CodedException {@link ProtocolError#RECEIPT_MALFORMED}, or {@link
   *     ProtocolError#SIGNATURE_INVALID}
   */
  public static SignedReceipt parse(String text) {
    PackedForm form = PackedForm.parse(text, PREFIX, 1, ProtocolError.RECEIPT_MALFORMED);
    FieldReader in =
        new FieldReader(form.parts().getFirst(), FIELDS, ProtocolError.RECEIPT_MALFORMED);
    Receipt receipt =
        new Receipt(
            in.bytes32(),
            in.bytes32(),
            in.address(),
            in.bytes32(),
            in.bytes32(),
            in.bytes32(),
            in.uint64(),
            in.bytes32());
    return new SignedReceipt(receipt, form.signature());
  }
}
