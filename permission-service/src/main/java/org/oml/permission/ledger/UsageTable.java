package org.oml.permission.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;

/**
 * The SQL of what hosts have had. Whoever holds an account's row is alone in spending its balance.
 */
final class UsageTable {

  private static final String HOLD =
      """
      insert into host_usage as held (host, model_id) select * from unnest(?, ?)
      on conflict (host, model_id) do update set permits = held.permits
      returning host, model_id, charge
      """;

  private static final String COUNT =
      """
      update host_usage as total set
        permits = total.permits + added.permits,
        charge = total.charge + added.charge,
        last_issued_at = greatest(total.last_issued_at, added.last_issued_at)
      from unnest(?, ?, ?, ?, ?) as added(host, model_id, permits, charge, last_issued_at)
      where total.host = added.host and total.model_id = added.model_id
      """;

  /** Whose balance a permit is paid from: a host has one for each model. */
  record Account(Address host, Bytes32 modelId) implements Comparable<Account> {

    static Account of(Permit permit) {
      return new Account(permit.host(), permit.modelId());
    }

    @Override
    public int compareTo(Account other) {
      int byHost = host.compareTo(other.host);
      return byHost != 0 ? byHost : modelId.compareTo(other.modelId);
    }
  }

  private UsageTable() {}

  /**
   * Holds accounts until the connection's transaction ends.
   *
   * @param accounts in their order: transactions that wait for each other's accounts then never
   *     wait in a circle
   * @return what each has been charged so far
   */
  static Map<Account, BigInteger> hold(Connection connection, SortedSet<Account> accounts)
      throws SQLException {
    try (PreparedStatement hold = connection.prepareStatement(HOLD)) {
      hold.setArray(1, hosts(connection, accounts));
      hold.setArray(2, models(connection, accounts));
      Map<Account, BigInteger> charges = new HashMap<>();
      try (ResultSet rows = hold.executeQuery()) {
        while (rows.next()) {
          charges.put(
              new Account(Address.of(rows.getBytes(1)), Bytes32.of(rows.getBytes(2))),
              rows.getBigDecimal(3).toBigIntegerExact());
        }
      }
      return charges;
    }
  }

  /** Counts permits that are newly on record, of accounts that this transaction holds. */
  static void count(Connection connection, Collection<Permit> added) throws SQLException {
    TreeMap<Account, Usage> usages = new TreeMap<>();
    for (Permit permit : added) {
      Usage one = new Usage(permit.host(), 1, permit.price(), permit.issuedAt());
      usages.merge(Account.of(permit), one, Usage::plus);
    }
    if (usages.isEmpty()) {
      return;
    }
    List<Usage> sums = List.copyOf(usages.values());
    try (PreparedStatement count = connection.prepareStatement(COUNT)) {
      count.setArray(1, hosts(connection, usages.keySet()));
      count.setArray(2, models(connection, usages.keySet()));
      count.setArray(
          3, connection.createArrayOf("bigint", sums.stream().map(Usage::permits).toArray()));
      count.setArray(
          4,
          connection.createArrayOf(
              "numeric", sums.stream().map(sum -> new BigDecimal(sum.charge())).toArray()));
      count.setArray(
          5, connection.createArrayOf("bigint", sums.stream().map(Usage::lastIssuedAt).toArray()));
      count.executeUpdate();
    }
  }

  private static Array hosts(Connection connection, Collection<Account> accounts)
      throws SQLException {
    return connection.createArrayOf(
        "bytea", accounts.stream().map(account -> account.host().toBytes()).toArray(byte[][]::new));
  }

  private static Array models(Connection connection, Collection<Account> accounts)
      throws SQLException {
    return connection.createArrayOf(
        "bytea",
        accounts.stream().map(account -> account.modelId().toBytes()).toArray(byte[][]::new));
  }
}
