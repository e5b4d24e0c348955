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
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;

/**
 * The SQL of permits. Statements take many permits at once, as arrays, so that a group costs as
 * many round trips as one.
 */
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

  private static final String FIND =
      "select "
          + COLUMNS
          + " from permit join unnest(?, ?) as asked(query_hash, host) using (query_hash, host)";

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
   * Records the permits that their hosts can pay for, and counts those that are new, inside the
   * connection's transaction.
   *
   * @param requests by their keys and in their order: transactions that wait for each other's keys
   *     then never wait in a circle
   * @return what is on record for each key afterwards; nothing for a key whose host cannot pay
   */
  static Map<Key, SignedPermit> record(
      Connection connection, SortedMap<Key, PermitRequest> requests) throws SQLException {
    TreeSet<UsageTable.Account> accounts = new TreeSet<>();
    requests
        .values()
        .forEach(request -> accounts.add(UsageTable.Account.of(request.permit().permit())));
    Map<UsageTable.Account, BigInteger> charges = UsageTable.hold(connection, accounts);

    Map<Key, SignedPermit> recorded = find(connection, requests.keySet());
    List<SignedPermit> payable = payable(requests, recorded.keySet(), charges);
    if (payable.isEmpty()) {
      return recorded;
    }
    Set<Key> added = insert(connection, payable);
    List<SignedPermit> mine =
        payable.stream().filter(permit -> added.contains(Key.of(permit))).toList();
    UsageTable.count(connection, mine.stream().map(SignedPermit::permit).toList());
    mine.forEach(permit -> recorded.put(Key.of(permit), permit));
    if (added.size() < payable.size()) {
      recorded.putAll(find(connection, takenMeanwhile(payable, added)));
    }
    return recorded;
  }

  /** What of the new permits the balances suffice for, each account's in the order of the keys. */
  private static List<SignedPermit> payable(
      SortedMap<Key, PermitRequest> requests,
      Set<Key> recorded,
      Map<UsageTable.Account, BigInteger> charges) {
    List<SignedPermit> payable = new ArrayList<>();
    for (Map.Entry<Key, PermitRequest> entry : requests.entrySet()) {
      Permit permit = entry.getValue().permit().permit();
      UsageTable.Account account = UsageTable.Account.of(permit);
      BigInteger charge = charges.getOrDefault(account, BigInteger.ZERO).add(permit.price());
      if (!recorded.contains(entry.getKey()) && charge.compareTo(entry.getValue().prepaid()) <= 0) {
        charges.put(account, charge);
        payable.add(entry.getValue().permit());
      }
    }
    return payable;
  }

  /**
   * A host's query hash can be taken for another of its models, whose account another transaction
   * holds.
   */
  private static Set<Key> takenMeanwhile(List<SignedPermit> payable, Set<Key> added) {
    return payable.stream()
        .map(Key::of)
        .filter(key -> !added.contains(key))
        .collect(Collectors.toSet());
  }

  private static Set<Key> insert(Connection connection, List<SignedPermit> signed)
      throws SQLException {
    List<Permit> permits = signed.stream().map(SignedPermit::permit).toList();
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      Object[][] columns = {
        permits.stream().map(permit -> permit.queryHash().toBytes()).toArray(byte[][]::new),
        permits.stream().map(permit -> permit.host().toBytes()).toArray(byte[][]::new),
        permits.stream().map(permit -> permit.modelId().toBytes()).toArray(byte[][]::new),
        permits.stream().map(permit -> permit.instanceId().toBytes()).toArray(byte[][]::new),
        permits.stream().map(permit -> Integer.toUnsignedLong(permit.termsVersion())).toArray(),
        permits.stream().map(Permit::serial).toArray(),
        permits.stream().map(Permit::issuedAt).toArray(),
        permits.stream().map(Permit::expiresAt).toArray(),
        permits.stream().map(permit -> new BigDecimal(permit.price())).toArray(),
        signed.stream().map(permit -> permit.signature().toBytes()).toArray(byte[][]::new)
      };
      String[] types = {
        "bytea", "bytea", "bytea", "bytea", "bigint", "bigint", "bigint", "bigint", "numeric",
        "bytea"
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

  private static Map<Key, SignedPermit> find(Connection connection, Set<Key> keys)
      throws SQLException {
    Array hashes =
        connection.createArrayOf(
            "bytea", keys.stream().map(key -> key.queryHash().toBytes()).toArray(byte[][]::new));
    Array hosts =
        connection.createArrayOf(
            "bytea", keys.stream().map(key -> key.host().toBytes()).toArray(byte[][]::new));
    try (PreparedStatement find = connection.prepareStatement(FIND)) {
      find.setArray(1, hashes);
      find.setArray(2, hosts);
      Map<Key, SignedPermit> found = new HashMap<>();
      try (ResultSet rows = find.executeQuery()) {
        while (rows.next()) {
          SignedPermit permit = read(rows);
          found.put(Key.of(permit), permit);
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
