package org.oml.permission.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The time before which no permit is recorded any more. Whoever records permits holds {@link #LOCK}
 * shared and looks at the fence; whoever moves it holds the lock alone. So what lies before the
 * fence does not change after it was moved, whatever the clocks of several processes say.
 */
public final class EpochFence {

  /** Of PostgreSQL's advisory locks. */
  static final long LOCK = 0x6f6d6c2e66656e63L;

  /** One row with one number. */
  static final String FIND = "select until_time from epoch_fence";

  private final JdbcClient database;
  private final TransactionTemplate transaction;

  public EpochFence(DataSource source) {
    this.database = JdbcClient.create(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
  }

  /**
   * Moves the fence forward; it never goes back.
   *
   * @param until seconds since 1970
   */
  public void moveTo(long until) {
    transaction.executeWithoutResult(
        status -> {
          database.sql("select pg_advisory_xact_lock(" + LOCK + ")").query().singleRow();
          database
              .sql("update epoch_fence set until_time = greatest(until_time, ?)")
              .param(until)
              .update();
        });
  }

  static long read(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      throw new SQLException("the table epoch_fence has no row");
    }
    return rows.getLong(1);
  }
}
