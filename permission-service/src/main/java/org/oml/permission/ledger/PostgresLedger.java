package org.oml.permission.ledger;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SignedPermit;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The ledger in PostgreSQL. Several processes may share it. */
public final class PostgresLedger implements Ledger, AutoCloseable {

  private final JdbcClient database;
  private final Serials serials;
  private final GroupCommit groups;

  /**
   * @param groupSize permits in one transaction at most
   */
  public PostgresLedger(DataSource source, int groupSize) {
    this.database = JdbcClient.create(source);
    this.serials = new Serials(database);
    this.groups = new GroupCommit(source, groupSize);
  }

  @Override
  public long drawSerial() {
    return serials.draw();
  }

  @Override
  public SignedPermit record(PermitRequest request) {
    return groups.record(request);
  }

  @Override
  public List<SignedPermit> permitsFor(Bytes32 queryHash) {
    return database
        .sql("select " + PermitTable.COLUMNS + " from permit where query_hash = ? order by serial")
        .param(queryHash.toBytes())
        .query((row, number) -> PermitTable.read(row))
        .list();
  }

  @Override
  public Optional<Usage> usageOf(Address host) {
    return database
        .sql(
            "select sum(permits), sum(charge), max(last_issued_at) from host_usage where host = ? having count(*) > 0")
        .param(host.toBytes())
        .query(
            (row, number) ->
                new Usage(
                    host, row.getLong(1), row.getBigDecimal(2).toBigIntegerExact(), row.getLong(3)))
        .optional();
  }

  @Override
  public TotalUsage totalUsage(int most) {
    return database
        .sql(
            """
            select host, sum(permits) as permits, sum(charge) as charge, max(last_issued_at) as last_issued_at,
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
              row.getLong("last_issued_at")));
    }
    return new TotalUsage(permits, charge, hostCount, hosts);
  }

  @Override
  public void close() {
    groups.close();
  }
}
