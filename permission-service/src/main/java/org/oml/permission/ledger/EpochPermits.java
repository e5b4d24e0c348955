package org.oml.permission.ledger;

import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The permits of a model that were issued in a time, in the order of their serials. */
public final class EpochPermits {

  /** The time is looked for first: all serials of a part may lie before those of an epoch. */
  private static final String ALL =
      "select * from (select "
          + PermitRows.COLUMNS
          + " from permit where permit.model_id = ? and permit.issued_at >= ? and permit.issued_at < ?"
          + " and permit.serial > ? offset 0) as found order by serial";

  /** Of a short stretch of serials, which each part has an index of. */
  private static final String STRETCH =
      "select "
          + PermitRows.COLUMNS
          + " from permit where permit.serial between ? and ? and permit.model_id = ?"
          + " and permit.issued_at >= ? and permit.issued_at < ? order by permit.serial";

  private static final int FETCHED_AT_ONCE = 10_000;

  private final JdbcTemplate database;

  public EpochPermits(DataSource source) {
    this.database = new JdbcTemplate(source);
    database.setFetchSize(FETCHED_AT_ONCE);
  }

  /**
   * Reads all of them, within a transaction of the caller's, one after the other.
   *
   * @param from seconds since 1970
   * @param until the first second behind
   */
  public void forEach(Bytes32 modelId, long from, long until, Consumer<Permit> reader) {
    database.query(
        ALL,
        (RowCallbackHandler) row -> reader.accept(PermitRows.read(row).permit()),
        modelId.toBytes(),
        from,
        until,
        -1L);
  }

  /**
   * Reads some of them.
   *
   * @param after only such with larger serials
   * @param most how many at most
   */
  public List<Permit> page(Bytes32 modelId, long from, long until, long after, int most) {
    return database.query(
        ALL + " limit ?",
        (row, number) -> PermitRows.read(row).permit(),
        modelId.toBytes(),
        from,
        until,
        after,
        most);
  }

  /**
   * Reads those with serials in a stretch.
   *
   * @param first serial
   * @param last serial
   */
  public List<Permit> stretch(Bytes32 modelId, long from, long until, long first, long last) {
    return database.query(
        STRETCH,
        (row, number) -> PermitRows.read(row).permit(),
        first,
        last,
        modelId.toBytes(),
        from,
        until);
  }
}
