package org.oml.permission.ledger;

import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
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

  /** What many permits have in common comes once, and each permit names it by its place. */
  static final String INSERT =
      """
      insert into permit
        (query_hash, host, model_id, instance_id, terms_version, serial, issued_at, expires_at, price, signature,
         batch_first_serial, batch_count)
      select added.query_hash, sheet.host, sheet.model_id, sheet.instance_id, sheet.terms_version, added.serial,
        sheet.issued_at, sheet.expires_at, sheet.price, coalesce(nullif(added.signature, ''), sheet.signature),
        nullif(sheet.batch_first_serial, -1), nullif(sheet.batch_count, -1)
      from unnest(?::bytea[], ?::bigint[], ?::bytea[], ?::bigint[]) as added(query_hash, serial, signature, place)
      join unnest(?::bytea[], ?::bytea[], ?::bytea[], ?::bigint[], ?::bigint[], ?::bigint[], ?::numeric[], ?::bytea[],
          ?::bigint[], ?::bigint[]) with ordinality
        as sheet(host, model_id, instance_id, terms_version, issued_at, expires_at, price, signature,
          batch_first_serial, batch_count, place)
        on sheet.place = added.place
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

  /** In the place of what a permit or a sheet has not. */
  private static final byte[] NO_BYTES = {};

  private static final long NONE = -1;

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
    byte[][] hashes = new byte[count][];
    byte[][] signatures = new byte[count][];
    long[] serials = new long[count];
    long[] places = new long[count];
    Map<Sheet, Integer> sheets = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      IssuedPermit one = issued.get(i);
      hashes[i] = one.permit().queryHash().toBytes();
      serials[i] = one.permit().serial();
      signatures[i] = one instanceof SignedPermit alone ? alone.signature().toBytes() : NO_BYTES;
      Integer known = sheets.putIfAbsent(Sheet.of(one), sheets.size() + 1);
      places[i] = known == null ? sheets.size() : known;
    }
    statement.setArray(first, SqlArrays.bytes(connection, hashes));
    statement.setArray(first + 1, SqlArrays.numbers(connection, serials));
    statement.setArray(first + 2, SqlArrays.bytes(connection, signatures));
    statement.setArray(first + 3, SqlArrays.numbers(connection, places));
    return setSheets(connection, statement, first + 4, List.copyOf(sheets.keySet()));
  }

  /**
   * What permits may have in common.
   *
   * @param batch of those that were signed together
   */
  private record Sheet(
      Address host,
      Bytes32 modelId,
      Bytes32 instanceId,
      long termsVersion,
      long issuedAt,
      long expiresAt,
      BigInteger price,
      Optional<Batch> batch) {

    private record Batch(Signature signature, long firstSerial, long count) {}

    static Sheet of(IssuedPermit issued) {
      Permit permit = issued.permit();
      Optional<Batch> batch =
          issued instanceof BatchedPermit joint
              ? Optional.of(
                  new Batch(joint.signature(), joint.batch().firstSerial(), joint.batch().count()))
              : Optional.empty();
      return new Sheet(
          permit.host(),
          permit.modelId(),
          permit.instanceId(),
          permit.termsVersion(),
          permit.issuedAt(),
          permit.expiresAt(),
          permit.price(),
          batch);
    }

    byte[] signature() {
      return batch.map(signed -> signed.signature().toBytes()).orElse(NO_BYTES);
    }

    long firstSerial() {
      return batch.map(Batch::firstSerial).orElse(NONE);
    }

    long count() {
      return batch.map(Batch::count).orElse(NONE);
    }
  }

  private static int setSheets(
      Connection connection, PreparedStatement statement, int first, List<Sheet> sheets)
      throws SQLException {
    int at = first;
    statement.setArray(at++, bytes(connection, sheets, sheet -> sheet.host().toBytes()));
    statement.setArray(at++, bytes(connection, sheets, sheet -> sheet.modelId().toBytes()));
    statement.setArray(at++, bytes(connection, sheets, sheet -> sheet.instanceId().toBytes()));
    statement.setArray(at++, numbers(connection, sheets, Sheet::termsVersion));
    statement.setArray(at++, numbers(connection, sheets, Sheet::issuedAt));
    statement.setArray(at++, numbers(connection, sheets, Sheet::expiresAt));
    statement.setArray(
        at++, SqlArrays.amounts(connection, sheets.stream().map(Sheet::price).toList()));
    statement.setArray(at++, bytes(connection, sheets, Sheet::signature));
    statement.setArray(at++, numbers(connection, sheets, Sheet::firstSerial));
    statement.setArray(at++, numbers(connection, sheets, Sheet::count));
    return at;
  }

  private static Array bytes(
      Connection connection, List<Sheet> sheets, Function<Sheet, byte[]> column)
      throws SQLException {
    return SqlArrays.bytes(connection, sheets.stream().map(column).toArray(byte[][]::new));
  }

  private static Array numbers(
      Connection connection, List<Sheet> sheets, ToLongFunction<Sheet> column) throws SQLException {
    return SqlArrays.numbers(connection, sheets.stream().mapToLong(column).toArray());
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
