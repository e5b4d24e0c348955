package org.oml.chain.simulation;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A connection of a process that may die right before and right after it commits. */
final class MortalConnection {

  private final Connection connection;

  MortalConnection(DataSource database) throws SQLException {
    this.connection = database.getConnection();
    try (var statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off");
      statement.execute("set lock_timeout = '20s'");
    }
  }

  /** The connection as a process sees it that has just begun. */
  DataSource reborn(BooleanSupplier dies) throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return new SingleConnectionDataSource(mortal(dies), true);
  }

  private Connection mortal(BooleanSupplier dies) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              boolean commit = method.getName().equals("commit");
              if (commit && dies.getAsBoolean()) {
                throw new ProcessDeath();
              }
              try {
                Object result = method.invoke(connection, arguments);
                if (commit && dies.getAsBoolean()) {
                  throw new ProcessDeath();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
