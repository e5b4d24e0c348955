package org.oml.permission.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Hosts that the community's admins suspended. Whoever records permits looks here while it holds
 * their hosts, so that once a host is suspended no process records another permit of it.
 */
public final class Suspensions {

  /** Those among the hosts of an array. */
  static final String FIND =
      """
      select suspended.host, suspended.reason from unnest(?::bytea[]) as asked(host),
        lateral (
          select suspension.host, suspension.reason from suspension
          where suspension.host = asked.host limit 1) as suspended
      """;

  private static final int LONGEST_REASON = 500;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final InstantSource clock;

  public Suspensions(DataSource source, InstantSource clock) {
    this.database = JdbcClient.create(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    this.clock = clock;
  }

  /** Sets the parameter of {@link #FIND}. */
  static void setFind(
      Connection connection, PreparedStatement statement, int index, Collection<Account> accounts)
      throws SQLException {
    statement.setArray(
        index,
        SqlArrays.bytes(
            connection,
            accounts.stream()
                .map(Account::host)
                .distinct()
                .map(Address::toBytes)
                .toArray(byte[][]::new)));
  }

  static Map<Address, String> reasons(ResultSet rows) throws SQLException {
    Map<Address, String> reasons = new HashMap<>();
    while (rows.next()) {
      reasons.put(Address.of(rows.getBytes(1)), rows.getString(2));
    }
    return reasons;
  }

  /**
   * Suspends a host, or changes why; returns when no permit of it is on its way any more.
   *
   * @throws CodedException {@link PermissionError#REASON_INVALID}
   */
  public void suspend(Address host, String reason) {
    String why = reason.strip();
    if (why.isEmpty()
        || why.length() > LONGEST_REASON
        || why.chars().anyMatch(Character::isISOControl)) {
      throw new CodedException(
          PermissionError.REASON_INVALID, "The reason is not one line of 1 to 500 characters.");
    }
    transaction.executeWithoutResult(
        status -> {
          database
              .sql("select pg_advisory_xact_lock(?)")
              .param(LedgerTransaction.lockOf(host))
              .query()
              .singleRow();
          database
              .sql(
                  """
                  insert into suspension (host, reason, since) values (?, ?, ?)
                  on conflict (host) do update set reason = excluded.reason
                  """)
              .param(host.toBytes())
              .param(why)
              .param(clock.instant().getEpochSecond())
              .update();
        });
  }

  /** Ends a suspension, if there is one. */
  public void lift(Address host) {
    database.sql("delete from suspension where host = ?").param(host.toBytes()).update();
  }

  /** Of all hosts, the newest first. */
  public List<Suspension> all() {
    return database
        .sql("select host, reason, since from suspension order by since desc, host")
        .query(
            (row, number) ->
                new Suspension(Address.of(row.getBytes(1)), row.getString(2), row.getLong(3)))
        .list();
  }
}
