package org.oml.servicekit.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;

/** Connects to a service's database: waits for it, migrates the schema, then opens the pool. */
final class ServiceDatabase {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceDatabase.class);
  private static final Duration PAUSE = Duration.ofMillis(250);

  /** A statement that takes longer is lost: no call of a service may hang for ever. */
  private static final String SOCKET_TIMEOUT_SECONDS = "60";

  private final String url;
  private final String user;
  private final String password;
  private final String schema;
  private final DatabaseProperties properties;

  ServiceDatabase(DatabaseProperties properties) {
    this.url = required("url", properties.url());
    this.user = required("user", properties.user());
    this.password = password(required("password-file", properties.passwordFile()));
    this.schema = properties.schema() == null ? user : properties.schema();
    this.properties = properties;
  }

  HikariDataSource open(List<SchemaPart> parts) {
    await();
    HikariDataSource pool = new HikariDataSource(poolConfiguration());
    try {
      for (SchemaPart part : parts) {
        migrate(pool, part.location(), part.name() + "_history");
      }
      if (new ClassPathResource("db/migration").exists()) {
        migrate(pool, "classpath:db/migration", "schema_history");
      }
      return pool;
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  private void migrate(DataSource pool, String location, String history) {
    Flyway.configure()
        .dataSource(pool)
        .defaultSchema(schema)
        .createSchemas(false)
        .locations(location)
        .table(history)
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }

  private HikariConfig poolConfiguration() {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("database");
    pool.setJdbcUrl(url);
    pool.setUsername(user);
    pool.setPassword(password);
    pool.setMaximumPoolSize(properties.poolSize());
    pool.setMinimumIdle(Math.min(2, properties.poolSize()));
    pool.setConnectionTimeout(properties.connectPatience().toMillis());
    pool.setValidationTimeout(Math.max(250, properties.connectPatience().toMillis() / 2));
    pool.setDataSourceProperties(connectionProperties());
    return pool;
  }

  private Properties connectionProperties() {
    Properties connection = new Properties();
    connection.setProperty("currentSchema", schema);
    connection.setProperty("ApplicationName", "oml-" + user);
    connection.setProperty("connectTimeout", "5");
    connection.setProperty("loginTimeout", "5");
    connection.setProperty("socketTimeout", SOCKET_TIMEOUT_SECONDS);
    connection.setProperty("tcpKeepAlive", "true");
    // Services ask short questions. Some plans look dear to the planner on purpose, and a server
    // with LLVM would compile each of them anew: permits were issued at half the rate.
    connection.setProperty("options", "-c jit=off");
    return connection;
  }

  private void await() {
    long deadline = System.nanoTime() + properties.startPatience().toNanos();
    Properties login = connectionProperties();
    login.setProperty("user", user);
    login.setProperty("password", password);
    boolean told = false;
    while (true) {
      try (Connection connection = DriverManager.getConnection(url, login)) {
        requireSchema(connection);
        return;
      } catch (SQLException e) {
        refuseHopeless(e);
        if (System.nanoTime() > deadline) {
          throw new CodedException(
              ServiceError.DATABASE_AWAY, "No database at " + url + ": " + e.getMessage(), e);
        }
        if (!told) {
          LOG.info("Waiting for the database at {}", url);
          told = true;
        }
        pause();
      }
    }
  }

  private void requireSchema(Connection connection) throws SQLException {
    String found = connection.getSchema();
    if (!schema.equals(found)) {
      throw new CodedException(
          ServiceError.DATABASE_REFUSED,
          "The database has no schema " + schema + " that the role " + user + " may use.");
    }
  }

  /** Class 28 is a refused login, 3D a database that is not there: waiting mends neither. */
  private void refuseHopeless(SQLException e) {
    String state = e.getSQLState();
    if (state != null && (state.startsWith("28") || state.startsWith("3D"))) {
      throw new CodedException(
          ServiceError.DATABASE_REFUSED,
          "The database at " + url + " refuses the role " + user + ": " + e.getMessage(),
          e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(
          ServiceError.DATABASE_AWAY, "Stopped while waiting for the database.", e);
    }
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null || value.toString().isBlank()) {
      throw new CodedException(
          ServiceError.SETTING_MISSING, "oml.database." + name + " is not set.");
    }
    return value;
  }

  private static String password(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new CodedException(
          ServiceError.SETTING_INVALID,
          "oml.database.password-file (" + file + ") cannot be read.",
          e);
    }
  }
}
