package org.oml.protocol;

import java.nio.ByteBuffer;

/** A permit's members packed in their order, without padding. */
final class PermitFields {

  private static final int LENGTH = 160;

  private PermitFields() {}

  static byte[] pack(Permit permit) {
    return ByteBuffer.allocate(LENGTH)
        .put(permit.modelId().unsafeBytes())
        .put(permit.instanceId().unsafeBytes())
        .put(permit.host().unsafeBytes())
        .putInt(permit.termsVersion())
        .put(permit.queryHash().unsafeBytes())
        .putLong(permit.serial())
        .putLong(permit.issuedAt())
        .putLong(permit.expiresAt())
        .put(Unsigned.bytes(permit.price(), 16))
        .array();
  }

  static Permit unpack(byte[] fields) {
    FieldReader in = new FieldReader(fields, LENGTH, ProtocolError.PERMIT_MALFORMED);
    return new Permit(
        in.bytes32(),
        in.bytes32(),
        in.address(),
        in.uint32(),
        in.bytes32(),
        in.uint64(),
        in.uint64(),
        in.uint64(),
        in.uint128());
  }
}
