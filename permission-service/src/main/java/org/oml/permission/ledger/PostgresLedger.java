package org.oml.permission.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.oml.permission.PermissionError;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Signature;
import org.oml.protocol.UsageAck;
import org.oml.protocol.span.Traces;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ledger in PostgreSQL. Several processes may share it. */
public final class PostgresLedger implements Ledger, AutoCloseable {

  private final DataSource source;
  private final JdbcClient database;
  private final Serials serials;
  private final LedgerParts parts;
  private final GroupCommit groups;

  /**
   * How the ledger is written.
   *
   * @param groupSize permits in one transaction, as far as no single order has more
   * @param writers transactions at a time
   * @param partPeriod the time of issue that one part of the ledger covers
   */
  public record Settings(int groupSize, int writers, Duration partPeriod) {}

  public PostgresLedger(DataSource source, Settings settings, InstantSource clock) {
    this.source = source;
    this.database = JdbcClient.create(source);
    this.serials = new Serials(database);
    this.parts = new LedgerParts(source, settings.partPeriod(), clock).start();
    this.groups = new GroupCommit(source, parts, serials, settings.groupSize(), settings.writers());
  }

  @Override
  public long drawSerials(int count) {
    return serials.draw(count);
  }

  @Override
  public List<Entry> record(PermitOrder order) {
    List<Line> lines = Traces.calling("ledger transaction", () -> groups.record(order));
    Restoration restoration = new Restoration(source);
    List<Entry> entries = new ArrayList<>(lines.size());
    for (Line line : lines) {
      entries.add(
          switch (line) {
            case Line.Fresh(IssuedPermit permit) -> new Entry.Recorded(permit);
            case Line.Stored(StoredPermit stored) ->
                new Entry.Recorded(restoration.asAnswered(stored));
            case Line.Refused(PermissionError reason, String detail) ->
                new Entry.Refused(reason, detail);
          });
    }
    return entries;
  }

  @Override
  public List<IssuedPermit> sellBlanks(PermitOrder order, Bytes32 requestId) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        List<IssuedPermit> sold = new BlankSales(connection).sell(order, requestId);
        connection.commit();
        return sold;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw GroupCommit.away(e);
    }
  }

  @Override
  public boolean acknowledge(UsageAck acknowledgement, Signature signature) {
    return database
            .sql(
                """
                update host_usage set acknowledged_permits = :count, acknowledged_charge = :charge,
                  acknowledged_at = :at, acknowledgement = :signature
                where host = :host and model_id = :model and permits >= :count and charge >= :charge
                  and acknowledged_permits <= :count and acknowledged_charge <= :charge and acknowledged_at <= :at
                """)
            .param("count", acknowledgement.cumulativeCount())
            .param("charge", new BigDecimal(acknowledgement.cumulativeCharge()))
            .param("at", acknowledgement.at())
            .param("signature", signature.toBytes())
            .param("host", acknowledgement.host().toBytes())
            .param("model", acknowledgement.modelId().toBytes())
            .update()
        == 1;
  }

  @Override
  public boolean noteLookup(Address account, Bytes32 queryHash, long most, int permits, long at) {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        boolean noted = new LookupNotes(connection).note(account, queryHash, most, permits, at);
        connection.commit();
        return noted;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw GroupCommit.away(e);
    }
  }

  @Override
  public List<MonthUsage> monthOf(Address host, int month) {
    return database
        .sql(
            "select model_id, permits, blanks, charge from host_month where host = ? and month = ?"
                + " order by model_id")
        .param(host.toBytes())
        .param(month)
        .query(
            (row, number) ->
                new MonthUsage(
                    Bytes32.of(row.getBytes(1)),
                    row.getLong(2),
                    row.getLong(3),
                    row.getBigDecimal(4).toBigIntegerExact()))
        .list();
  }

  @Override
  public List<IssuedPermit> permitsFor(Bytes32 queryHash) {
    Restoration restoration = new Restoration(source);
    return database
        .sql(
            "select "
                + PermitRows.COLUMNS
                + " from permit where permit.query_hash = ? and "
                + PermitRows.NOT_BLANK
                + " order by permit.serial")
        .param(queryHash.toBytes())
        .query((row, number) -> PermitRows.read(row))
        .list()
        .stream()
        .map(restoration::asAnswered)
        .toList();
  }

  @Override
  public Optional<Usage> usageOf(Address host) {
    return database
        .sql(
            "select sum(permits), sum(charge), sum(acknowledged_permits), max(last_issued_at) from"
                + " host_usage where host = ? having count(*) > 0")
        .param(host.toBytes())
        .query(
            (row, number) ->
                new Usage(
                    host,
                    row.getLong(1),
                    row.getBigDecimal(2).toBigIntegerExact(),
                    row.getLong(3),
                    row.getLong(4)))
        .optional();
  }

  @Override
  public List<ModelUsage> usageByModel(Address host) {
    return database
        .sql(
            "select model_id, permits, charge, acknowledged_permits, acknowledged_charge from"
                + " host_usage where host = ? order by model_id")
        .param(host.toBytes())
        .query(
            (row, number) ->
                new ModelUsage(
                    Bytes32.of(row.getBytes(1)),
                    row.getLong(2),
                    row.getBigDecimal(3).toBigIntegerExact(),
                    row.getLong(4),
                    row.getBigDecimal(5).toBigIntegerExact()))
        .list();
  }

  @Override
  public TotalUsage totalUsage(int most) {
    return database
        .sql(
            """
            select host, sum(permits) as permits, sum(charge) as charge,
              sum(acknowledged_permits) as acknowledged, max(last_issued_at) as last_issued_at,
              sum(sum(permits)) over () as all_permits, sum(sum(charge)) over () as all_charge,
              count(*) over () as all_hosts
            from host_usage group by host having sum(permits) > 0
            order by permits desc, host limit ?
            """)
        .param(most)
        .query((ResultSetExtractor<TotalUsage>) PostgresLedger::totalUsage);
  }

  /** The sums stand in every row. */
  private static TotalUsage totalUsage(ResultSet row) throws SQLException {
    long permits = 0;
    BigInteger charge = BigInteger.ZERO;
    long hostCount = 0;
    List<Usage> hosts = new ArrayList<>();
    while (row.next()) {
      permits = row.getLong("all_permits");
      charge = row.getBigDecimal("all_charge").toBigIntegerExact();
      hostCount = row.getLong("all_hosts");
      hosts.add(
          new Usage(
              Address.of(row.getBytes("host")),
              row.getLong("permits"),
              row.getBigDecimal("charge").toBigIntegerExact(),
              row.getLong("acknowledged"),
              row.getLong("last_issued_at")));
    }
    return new TotalUsage(permits, charge, hostCount, hosts);
  }

  @Override
  public void close() {
    groups.close();
    parts.close();
  }
}
