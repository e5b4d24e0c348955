package org.oml.permission.ledger;

import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Permit;

/** The rows of what hosts have had and acknowledged. */
final class AccountRows {

  static final String FIND =
      """
      select total.* from unnest(?::bytea[], ?::bytea[]) as asked(host, model_id),
        lateral (
          select total.host, total.model_id, total.permits, total.charge, total.acknowledged_permits
          from host_usage as total where total.host = asked.host and total.model_id = asked.model_id
          limit 1) as total
      """;

  static final String COUNT =
      """
      insert into host_usage as total (host, model_id, permits, charge, last_issued_at)
      select * from unnest(?::bytea[], ?::bytea[], ?::bigint[], ?::numeric[], ?::bigint[])
      on conflict (host, model_id) do update set
        permits = total.permits + excluded.permits,
        charge = total.charge + excluded.charge,
        last_issued_at = greatest(total.last_issued_at, excluded.last_issued_at);
      insert into host_month as total (host, model_id, month, permits, blanks, charge)
      select * from unnest(?::bytea[], ?::bytea[], ?::bigint[], ?::bigint[], ?::bigint[], ?::numeric[])
      on conflict (host, model_id, month) do update set
        permits = total.permits + excluded.permits,
        blanks = total.blanks + excluded.blanks,
        charge = total.charge + excluded.charge
      """;

  /**
   * How an account stands while a transaction holds its host.
   *
   * @param permits had so far
   * @param charge for them
   * @param acknowledged how many permits the host has acknowledged
   */
  record State(long permits, BigInteger charge, long acknowledged) {

    static final State NEW = new State(0, BigInteger.ZERO, 0);

    State plus(BigInteger price) {
      return new State(permits + 1, charge.add(price), acknowledged);
    }
  }

  private record MonthKey(Account account, int month) implements Comparable<MonthKey> {

    @Override
    public int compareTo(MonthKey other) {
      int byAccount = account.compareTo(other.account);
      return byAccount != 0 ? byAccount : Integer.compare(month, other.month);
    }
  }

  private record MonthSum(long permits, long blanks, BigInteger charge) {

    MonthSum plus(MonthSum other) {
      return new MonthSum(permits + other.permits, blanks + other.blanks, charge.add(other.charge));
    }
  }

  private AccountRows() {}

  /**
   * Sets the parameters of {@link #FIND}.
   *
   * @return the index of the first parameter behind
   */
  static int setFind(
      Connection connection, PreparedStatement statement, int first, Collection<Account> accounts)
      throws SQLException {
    statement.setArray(first, hosts(connection, accounts));
    statement.setArray(first + 1, models(connection, accounts));
    return first + 2;
  }

  static Map<Account, State> states(ResultSet rows) throws SQLException {
    Map<Account, State> states = new HashMap<>();
    while (rows.next()) {
      states.put(
          new Account(Address.of(rows.getBytes(1)), Bytes32.of(rows.getBytes(2))),
          new State(rows.getLong(3), rows.getBigDecimal(4).toBigIntegerExact(), rows.getLong(5)));
    }
    return states;
  }

  /** Sets the parameters of {@link #COUNT}, for permits that are newly on record. */
  static void setCount(
      Connection connection, PreparedStatement statement, int first, List<IssuedPermit> added)
      throws SQLException {
    TreeMap<Account, Usage> usages = new TreeMap<>();
    TreeMap<MonthKey, MonthSum> months = new TreeMap<>();
    for (IssuedPermit issued : added) {
      Permit permit = issued.permit();
      Account account = Account.of(permit);
      usages.merge(
          account, new Usage(permit.host(), 1, permit.price(), 0, permit.issuedAt()), Usage::plus);
      months.merge(
          new MonthKey(account, monthOf(permit.issuedAt())),
          new MonthSum(1, permit.queryHash().isZero() ? 1 : 0, permit.price()),
          MonthSum::plus);
    }
    setUsages(connection, statement, first, usages);
    setMonths(connection, statement, first + 5, months);
  }

  private static void setUsages(
      Connection connection, PreparedStatement statement, int first, Map<Account, Usage> usages)
      throws SQLException {
    Collection<Usage> sums = usages.values();
    statement.setArray(first, hosts(connection, usages.keySet()));
    statement.setArray(first + 1, models(connection, usages.keySet()));
    statement.setArray(
        first + 2,
        SqlArrays.numbers(connection, sums.stream().mapToLong(Usage::permits).toArray()));
    statement.setArray(
        first + 3, SqlArrays.amounts(connection, sums.stream().map(Usage::charge).toList()));
    statement.setArray(
        first + 4,
        SqlArrays.numbers(connection, sums.stream().mapToLong(Usage::lastIssuedAt).toArray()));
  }

  private static void setMonths(
      Connection connection, PreparedStatement statement, int first, Map<MonthKey, MonthSum> months)
      throws SQLException {
    List<Account> accounts = months.keySet().stream().map(MonthKey::account).toList();
    Collection<MonthSum> sums = months.values();
    statement.setArray(first, hosts(connection, accounts));
    statement.setArray(first + 1, models(connection, accounts));
    statement.setArray(
        first + 2,
        SqlArrays.numbers(
            connection, months.keySet().stream().mapToLong(MonthKey::month).toArray()));
    statement.setArray(
        first + 3,
        SqlArrays.numbers(connection, sums.stream().mapToLong(MonthSum::permits).toArray()));
    statement.setArray(
        first + 4,
        SqlArrays.numbers(connection, sums.stream().mapToLong(MonthSum::blanks).toArray()));
    statement.setArray(
        first + 5, SqlArrays.amounts(connection, sums.stream().map(MonthSum::charge).toList()));
  }

  /** The month of a time in UTC, as year times 100 plus month. */
  static int monthOf(long time) {
    ZonedDateTime at = Instant.ofEpochSecond(time).atZone(ZoneOffset.UTC);
    return at.getYear() * 100 + at.getMonthValue();
  }

  private static Array hosts(Connection connection, Collection<Account> accounts)
      throws SQLException {
    return SqlArrays.bytes(
        connection,
        accounts.stream().map(account -> account.host().toBytes()).toArray(byte[][]::new));
  }

  private static Array models(Connection connection, Collection<Account> accounts)
      throws SQLException {
    return SqlArrays.bytes(
        connection,
        accounts.stream().map(account -> account.modelId().toBytes()).toArray(byte[][]::new));
  }
}
