package org.oml.registry.instance;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;

/** Reads an instance from the database. */
final class InstanceRow {

  static final String SELECT =
      """
      select i.*, m.licence_hash, m.base_manifest_hash
      from instance i join model m on m.model_id = i.model_id
      """;

  private InstanceRow() {}

  static Instance read(ResultSet row, int number) throws SQLException {
    Bytes32 instanceId = Bytes32.of(row.getBytes("instance_id"));
    byte @Nullable [] manifestBytes = row.getBytes("manifest");
    Manifest manifest = manifestBytes == null ? null : Manifest.parse(manifestBytes);
    byte @Nullable [] signature = row.getBytes("acceptance_signature");
    byte @Nullable [] transaction = row.getBytes("transaction_hash");
    return new Instance(
        instanceId,
        InstanceState.valueOf(row.getString("state")),
        new Progress(
            row.getString("step"),
            row.getObject("share", Double.class),
            row.getString("detail"),
            null,
            null),
        licence(row),
        Signature.of(row.getBytes("licence_signature")),
        manifest,
        manifest == null || signature == null ? null : acceptance(instanceId, manifest, row),
        signature == null ? null : Signature.of(signature),
        transaction == null ? null : Bytes32.of(transaction),
        row.getLong("published_block"),
        row.getTimestamp("updated_at").toInstant());
  }

  private static LicenceAcceptance licence(ResultSet row) throws SQLException {
    BigDecimal nonce = row.getBigDecimal("nonce");
    return new LicenceAcceptance(
        Bytes32.of(row.getBytes("model_id")),
        Bytes32.of(row.getBytes("licence_hash")),
        row.getInt("terms_version"),
        Bytes32.of(row.getBytes("base_manifest_hash")),
        Address.of(row.getBytes("host")),
        Address.of(row.getBytes("gateway_key")),
        nonce.toBigIntegerExact(),
        row.getLong("deadline"));
  }

  private static InstanceAcceptance acceptance(Bytes32 instanceId, Manifest manifest, ResultSet row)
      throws SQLException {
    return new InstanceAcceptance(
        instanceId,
        manifest.hash(),
        manifest.instance().orElseThrow().fingerprintRoot(),
        row.getLong("acceptance_deadline"));
  }
}
