package org.oml.permission.ledger;

import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SignedPermit;
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
  public void close() {
    groups.close();
  }
}
