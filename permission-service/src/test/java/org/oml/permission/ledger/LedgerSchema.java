package org.oml.permission.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The service's tables in a database that has none. */
public final class LedgerSchema {

  private LedgerSchema() {}

  /** Makes them anew in the schema {@code public}. */
  public static void create(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop schema public cascade");
      statement.execute("create schema public");
    }
    Flyway.configure().dataSource(database).load().migrate();
  }
}
