package org.oml.permission.ledger;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;

/**
 * The rows of permits. Statements take many at once, as arrays, so that a group costs as many round
 * trips as one.
 */
final class PermitRows {

  static final String COLUMNS =
      "permit.model_id, permit.instance_id, permit.host, permit.terms_version, permit.query_hash,"
          + " permit.serial, permit.issued_at, permit.expires_at, permit.price, permit.signature,"
          + " permit.batch_first_serial, permit.batch_count";

  /** Blank permits stand in no index of keys. */
  static final String NOT_BLANK = "permit.query_hash <> decode(repeat('00', 32), 'hex')";

  static final String INSERT =
      """
      insert into permit
        (query_hash, host, model_id, instance_id, terms_version, serial, issued_at, expires_at, price, signature,
         batch_first_serial, batch_count)
      select query_hash, host, model_id, instance_id, terms_version, serial, issued_at, expires_at, price, signature,
        nullif(batch_first_serial, -1), nullif(batch_count, -1)
      from unnest(?::bytea[], ?::bytea[], ?::bytea[], ?::bytea[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[],
        ?::numeric[], ?::bytea[], ?::bigint[], ?::bigint[])
        as added(query_hash, host, model_id, instance_id, terms_version, serial, issued_at, expires_at, price, signature,
          batch_first_serial, batch_count)
      """;

  /**
   * By their keys, in the parts of the ledger that a range of times lies in. One look into the
   * index for each key, whatever the planner thinks of the size of a part that was empty when it
   * planned.
   */
  static final String FIND =
      """
      select permit.* from unnest(?::bytea[], ?::bytea[]) as asked(query_hash, host),
        lateral (
          select %s from permit
          where permit.query_hash = asked.query_hash and permit.host = asked.host
            and permit.issued_at >= ? and permit.issued_at < ? and %s
          limit 1) as permit
      """
          .formatted(COLUMNS, NOT_BLANK);

  private static final int NONE = -1;

  private PermitRows() {}

  /**
   * Sets the parameters of {@link #INSERT}.
   *
   * @return the index of the first parameter behind
   */
  static int setInsert(
      Connection connection, PreparedStatement statement, int first, List<IssuedPermit> issued)
      throws SQLException {
    int count = issued.size();
    byte[][][] bytes = new byte[5][count][];
    byte[][] signatures = new byte[count][];
    long[][] numbers = new long[6][count];
    BigInteger[] prices = new BigInteger[count];
    for (int i = 0; i < count; i++) {
      Permit permit = issued.get(i).permit();
      bytes[0][i] = permit.queryHash().toBytes();
      bytes[1][i] = permit.host().toBytes();
      bytes[2][i] = permit.modelId().toBytes();
      bytes[3][i] = permit.instanceId().toBytes();
      numbers[0][i] = permit.termsVersion();
      numbers[1][i] = permit.serial();
      numbers[2][i] = permit.issuedAt();
      numbers[3][i] = permit.expiresAt();
      prices[i] = permit.price();
      signatures[i] = signatureOf(issued.get(i)).toBytes();
      boolean joint = issued.get(i) instanceof BatchedPermit;
      numbers[4][i] = joint ? ((BatchedPermit) issued.get(i)).batch().firstSerial() : NONE;
      numbers[5][i] = joint ? ((BatchedPermit) issued.get(i)).batch().count() : NONE;
    }
    int at = first;
    for (int column = 0; column < 4; column++) {
      statement.setArray(at++, SqlArrays.bytes(connection, bytes[column]));
    }
    for (int column = 0; column < 4; column++) {
      statement.setArray(at++, SqlArrays.numbers(connection, numbers[column]));
    }
    statement.setArray(at++, SqlArrays.amounts(connection, Arrays.asList(prices)));
    statement.setArray(at++, SqlArrays.bytes(connection, signatures));
    statement.setArray(at++, SqlArrays.numbers(connection, numbers[4]));
    statement.setArray(at++, SqlArrays.numbers(connection, numbers[5]));
    return at;
  }

  private static Signature signatureOf(IssuedPermit issued) {
    return switch (issued) {
      case SignedPermit alone -> alone.signature();
      case BatchedPermit joint -> joint.signature();
    };
  }

  /**
   * Sets the parameters of {@link #FIND}.
   *
   * @param from seconds since 1970
   * @param until the second behind
   * @return the index of the first parameter behind
   */
  static int setFind(
      Connection connection,
      PreparedStatement statement,
      int first,
      Collection<PermitKey> keys,
      long from,
      long until)
      throws SQLException {
    byte[][] hashes = new byte[keys.size()][];
    byte[][] hosts = new byte[keys.size()][];
    int i = 0;
    for (PermitKey key : keys) {
      hashes[i] = key.queryHash().toBytes();
      hosts[i++] = key.host().toBytes();
    }
    statement.setArray(first, SqlArrays.bytes(connection, hashes));
    statement.setArray(first + 1, SqlArrays.bytes(connection, hosts));
    statement.setLong(first + 2, from);
    statement.setLong(first + 3, until);
    return first + 4;
  }

  /** All rows of a result with {@link #COLUMNS}, by their keys. */
  static Map<PermitKey, StoredPermit> byKey(ResultSet rows) throws SQLException {
    Map<PermitKey, StoredPermit> found = new HashMap<>();
    while (rows.next()) {
      StoredPermit stored = read(rows);
      found.put(PermitKey.of(stored.permit()), stored);
    }
    return found;
  }

  /** A row with {@link #COLUMNS}. */
  static StoredPermit read(ResultSet row) throws SQLException {
    BigInteger price = row.getBigDecimal("price").toBigIntegerExact();
    Permit permit =
        new Permit(
            Bytes32.of(row.getBytes("model_id")),
            Bytes32.of(row.getBytes("instance_id")),
            Address.of(row.getBytes("host")),
            (int) row.getLong("terms_version"),
            Bytes32.of(row.getBytes("query_hash")),
            row.getLong("serial"),
            row.getLong("issued_at"),
            row.getLong("expires_at"),
            price);
    long firstSerial = row.getLong("batch_first_serial");
    Optional<StoredPermit.Batch> batch =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(
                new StoredPermit.Batch(firstSerial, row.getInt("batch_count"), permit.issuedAt()));
    return new StoredPermit(permit, Signature.of(row.getBytes("signature")), batch);
  }

  /** The permits of a batch in their order, each as it was answered. */
  static List<BatchedPermit> batch(
      Connection connection, StoredPermit one, StoredPermit.Batch batch) throws SQLException {
    String all =
        "select "
            + COLUMNS
            + " from permit where permit.issued_at = ? and permit.serial between ? and ? order by"
            + " permit.serial";
    try (PreparedStatement select = connection.prepareStatement(all)) {
      select.setLong(1, batch.issuedAt());
      select.setLong(2, batch.firstSerial());
      select.setLong(3, batch.firstSerial() + batch.count() - 1);
      List<Permit> permits = new ArrayList<>(batch.count());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          permits.add(read(rows).permit());
        }
      }
      return BatchedPermit.restore(permits, batch.issuedAt(), batch.firstSerial(), one.signature());
    }
  }
}
