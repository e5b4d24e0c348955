package org.oml.permission.epoch;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.oml.permission.PermissionError;
import org.oml.protocol.CodedException;

/** Processes on one database take turns; whoever dies gives its turn back. */
final class Turns {

  /** Of PostgreSQL's advisory locks. */
  static final long LOCK = 0x6f6d6c2e65706f63L;

  private final DataSource database;

  Turns(DataSource database) {
    this.database = database;
  }

  /** Does the work, unless another process does it now. */
  void take(Runnable work) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        if (isOurs(connection)) {
          work.run();
        }
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new CodedException(
          PermissionError.LEDGER_AWAY, "The database does not answer: " + e.getMessage(), e);
    }
  }

  private static boolean isOurs(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_try_advisory_xact_lock(" + LOCK + ")")) {
      return row.next() && row.getBoolean(1);
    }
  }
}
