package org.oml.platform.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;
import org.oml.protocol.CodedException;

/** The database, and in it a role and a schema for each service; no role sees another's schema. */
final class ServiceRoles {

  private final PlatformSettings settings;
  private final PostgresServer server;

  ServiceRoles(PlatformSettings settings, PostgresServer server) {
    this.settings = settings;
    this.server = server;
  }

  /** Makes what is missing; what is there stays. */
  void ensure() {
    try (Connection connection = server.asSuperuser("postgres");
        Statement statement = connection.createStatement()) {
      if (!exists(
          statement,
          "SELECT 1 FROM pg_database WHERE datname = '" + PostgresServer.DATABASE + "'")) {
        statement.execute("CREATE DATABASE " + PostgresServer.DATABASE);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
    ensure(settings.roles());
  }

  /** Makes these roles in the database that is there. */
  void ensure(List<String> roles) {
    try (Connection connection = server.asSuperuser(PostgresServer.DATABASE);
        Statement statement = connection.createStatement()) {
      // A statement that fails would be logged, password and all.
      statement.execute("SET log_min_error_statement = panic");
      statement.execute("REVOKE ALL ON DATABASE " + PostgresServer.DATABASE + " FROM PUBLIC");
      statement.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
      for (String role : roles) {
        ensure(statement, role);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private CodedException failed(SQLException e) {
    return new CodedException(
        PlatformError.DATABASE_FAILED,
        "The database's roles could not be made: %s. Its log is %s."
            .formatted(e.getSQLState(), settings.log(PostgresServer.NAME)),
        e);
  }

  private void ensure(Statement statement, String role) throws SQLException {
    String password = SecretFile.readOrDraw(server.passwordFile(role));
    String verb =
        exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'")
            ? "ALTER"
            : "CREATE";
    statement.execute(
        verb + " ROLE " + role + " LOGIN PASSWORD '" + password.replace("'", "''") + "'");
    statement.execute("ALTER ROLE " + role + " SET search_path = " + role);
    statement.execute(
        "GRANT CONNECT, TEMPORARY ON DATABASE " + PostgresServer.DATABASE + " TO " + role);
    statement.execute("CREATE SCHEMA IF NOT EXISTS " + role + " AUTHORIZATION " + role);
  }

  private static boolean exists(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      return rows.next();
    }
  }
}
