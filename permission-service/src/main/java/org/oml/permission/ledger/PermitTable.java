package org.oml.permission.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;

/** The SQL of permits. Statements take many permits at once, as arrays, so that a group costs as many round trips as one. */
final class PermitTable {

  static final String COLUMNS =
      "model_id, instance_id, host, terms_version, query_hash, serial, issued_at, expires_at, price, signature";

  private static final String INSERT =
      """
      insert into permit
        (query_hash, host, model_id, instance_id, terms_version, serial, issued_at, expires_at, price, signature)
      select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (query_hash, host) do nothing
      returning query_hash, host
      """;

  private static final String COUNT =
      """
      insert into host_usage as total (host, permits, charge, last_issued_at)
      select * from unnest(?, ?, ?, ?)
      on conflict (host) do update set
        permits = total.permits + excluded.permits,
        charge = total.charge + excluded.charge,
        last_issued_at = greatest(total.last_issued_at, excluded.last_issued_at)
      """;

  private static final String FIND =
      "select " + COLUMNS + " from permit join unnest(?, ?) as asked(query_hash, host) using (query_hash, host)";

  /** What makes a permit one of a kind: a host has one for each query hash. */
  record Key(Bytes32 queryHash, Address host) implements Comparable<Key> {

    static Key of(SignedPermit permit) {
      return new Key(permit.permit().queryHash(), permit.permit().host());
    }

    @Override
    public int compareTo(Key other) {
      int byHash = queryHash.compareTo(other.queryHash);
      return byHash != 0 ? byHash : host.compareTo(other.host);
    }
  }

  private PermitTable() {}

  /**
   * Records permits and counts those that are new, inside the connection's transaction.
   *
   * @param permits by their keys and in their order: transactions that wait for each other's keys then never wait in a circle
   * @return what is on record for each key afterwards
   */
  static Map<Key, SignedPermit> record(Connection connection, SortedMap<Key, SignedPermit> permits) throws SQLException {
    Set<Key> added = insert(connection, List.copyOf(permits.values()));
    Map<Key, SignedPermit> recorded = new HashMap<>();
    added.forEach(key -> recorded.put(key, permits.get(key)));
    count(connection, recorded.values().stream().map(SignedPermit::permit).toList());
    List<Key> earlier = permits.keySet().stream().filter(key -> !added.contains(key)).toList();
    if (!earlier.isEmpty()) {
      find(connection, earlier).forEach(permit -> recorded.put(Key.of(permit), permit));
    }
    return recorded;
  }

  private static Set<Key> insert(Connection connection, List<SignedPermit> signed) throws SQLException {
    List<Permit> permits = signed.stream().map(SignedPermit::permit).toList();
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      Object[][] columns = {
        permits.stream().map(permit -> permit.queryHash().toBytes()).toArray(),
        permits.stream().map(permit -> permit.host().toBytes()).toArray(),
        permits.stream().map(permit -> permit.modelId().toBytes()).toArray(),
        permits.stream().map(permit -> permit.instanceId().toBytes()).toArray(),
        permits.stream().map(permit -> Integer.toUnsignedLong(permit.termsVersion())).toArray(),
        permits.stream().map(Permit::serial).toArray(),
        permits.stream().map(Permit::issuedAt).toArray(),
        permits.stream().map(Permit::expiresAt).toArray(),
        permits.stream().map(permit -> new BigDecimal(permit.price())).toArray(),
        signed.stream().map(permit -> permit.signature().toBytes()).toArray()
      };
      String[] types = {
        "bytea", "bytea", "bytea", "bytea", "bigint", "bigint", "bigint", "bigint", "numeric", "bytea"
      };
      for (int i = 0; i < columns.length; i++) {
        insert.setArray(i + 1, connection.createArrayOf(types[i], columns[i]));
      }
      return keys(insert);
    }
  }

  private static Set<Key> keys(PreparedStatement statement) throws SQLException {
    Set<Key> keys = new HashSet<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        keys.add(new Key(Bytes32.of(rows.getBytes(1)), Address.of(rows.getBytes(2))));
      }
    }
    return keys;
  }

  private static void count(Connection connection, List<Permit> added) throws SQLException {
    TreeMap<Address, Usage> byHost = new TreeMap<>();
    for (Permit permit : added) {
      Usage one = new Usage(permit.host(), 1, permit.price(), permit.issuedAt());
      byHost.merge(permit.host(), one, PermitTable::sum);
    }
    if (byHost.isEmpty()) {
      return;
    }
    List<Usage> usages = List.copyOf(byHost.values());
    try (PreparedStatement count = connection.prepareStatement(COUNT)) {
      count.setArray(1, connection.createArrayOf("bytea", usages.stream().map(usage -> usage.host().toBytes()).toArray()));
      count.setArray(2, connection.createArrayOf("bigint", usages.stream().map(Usage::permits).toArray()));
      count.setArray(
          3, connection.createArrayOf("numeric", usages.stream().map(usage -> new BigDecimal(usage.charge())).toArray()));
      count.setArray(4, connection.createArrayOf("bigint", usages.stream().map(Usage::lastIssuedAt).toArray()));
      count.executeUpdate();
    }
  }

  private static Usage sum(Usage one, Usage other) {
    return new Usage(
        one.host(),
        one.permits() + other.permits(),
        one.charge().add(other.charge()),
        Math.max(one.lastIssuedAt(), other.lastIssuedAt()));
  }

  private static List<SignedPermit> find(Connection connection, List<Key> keys) throws SQLException {
    Array hashes = connection.createArrayOf("bytea", keys.stream().map(key -> key.queryHash().toBytes()).toArray());
    Array hosts = connection.createArrayOf("bytea", keys.stream().map(key -> key.host().toBytes()).toArray());
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setArray(1, hashes);
      find.setArray(2, hosts);
      List<SignedPermit> found = new ArrayList<>();
      try (ResultSet rows = find.executeQuery()) {
        while (rows.next()) {
          found.add(read(rows));
        }
      }
      return found;
    }
  }

  /** A row with {@link #COLUMNS}. */
  static SignedPermit read(ResultSet row) throws SQLException {
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
    return new SignedPermit(permit, Signature.of(row.getBytes("signature")));
  }
}
