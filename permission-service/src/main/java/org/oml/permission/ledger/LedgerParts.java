package org.oml.permission.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ledger's parts: adds them ahead of time, and closes those whose time is over, so that
 * nothing is ever looked for in them that is not there. Every process of the service does so, one
 * at a time.
 */
final class LedgerParts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerParts.class);

  /** In which processes of the service take turns. */
  private static final long LOCK = 0x6f6d6c2e70617274L;

  /** After it no group can still hold permits of a part; no group waits a minute. */
  private static final Duration LATEST = Duration.ofMinutes(15);

  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final int FETCHED_AT_ONCE = 10_000;

  private record Part(String name, long from, long until, boolean isClosed) {}

  private final DataSource database;
  private final long period;
  private final InstantSource clock;
  private final Map<String, KeyFilter> filters = new HashMap<>();
  private final Thread keeper;
  private volatile ClosedParts closedParts = ClosedParts.NONE;
  private volatile boolean closing;

  /**
   * @param period of a part, whole seconds
   */
  LedgerParts(DataSource database, Duration period, InstantSource clock) {
    this.database = database;
    this.period = period.toSeconds();
    this.clock = clock;
    this.keeper = Thread.ofVirtual().name("ledger-parts").unstarted(this::keep);
  }

  /** Adds what is needed at once and goes on doing so. */
  LedgerParts start() {
    try {
      ensure(clock.instant());
    } catch (SQLException e) {
      LOG.warn("The ledger's parts could not be added and are tried again: {}", e.getMessage());
    }
    keeper.start();
    return this;
  }

  ClosedParts closedParts() {
    return closedParts;
  }

  private void keep() {
    while (!closing) {
      try {
        ensure(clock.instant());
        closeOld(clock.instant());
        learn();
      } catch (SQLException | RuntimeException e) {
        LOG.warn("The ledger's parts could not be looked after: {}", e.getMessage());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Adds parts until there is one for a time, and one more. */
  void ensure(Instant at) throws SQLException {
    long needed = at.getEpochSecond() + period;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        hold(connection);
        long end = end(connection);
        if (end == Long.MIN_VALUE) {
          end = Math.floorDiv(at.getEpochSecond() - period, period) * period;
        }
        while (end <= needed) {
          long next = (Math.floorDiv(Math.max(end, at.getEpochSecond()), period) + 1) * period;
          add(connection, end, next);
          end = next;
        }
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private static void hold(Connection connection) throws SQLException {
    try (Statement hold = connection.createStatement()) {
      hold.execute("select pg_advisory_xact_lock(" + LOCK + ")");
    }
  }

  private static long end(Connection connection) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("select max(until_time) from permit_partition")) {
      long end = row.next() ? row.getLong(1) : 0;
      return row.wasNull() ? Long.MIN_VALUE : end;
    }
  }

  private static void add(Connection connection, long from, long until) throws SQLException {
    try (PreparedStatement add = connection.prepareStatement("select add_permit_partition(?, ?)")) {
      add.setLong(1, from);
      add.setLong(2, until);
      add.execute();
      LOG.info("The ledger has a part for permits issued from {} to {}", from, until);
    }
  }

  /** Closes the parts whose time is over. */
  void closeOld(Instant now) throws SQLException {
    long before = now.minus(LATEST).getEpochSecond();
    for (Part part : parts()) {
      if (!part.isClosed() && part.until() <= before) {
        close(part, now.getEpochSecond());
      }
    }
  }

  private void close(Part part, long now) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        hold(connection);
        if (stillOpen(connection, part)) {
          lock(connection, part);
          KeyFilter filter = filterOf(connection, part);
          try (PreparedStatement close =
              connection.prepareStatement("select close_permit_partition(?, ?, ?)")) {
            close.setString(1, part.name());
            close.setLong(2, now);
            close.setBytes(3, filter.toBytes());
            close.execute();
          }
          LOG.info("The ledger's part {} is closed", part.name());
        }
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private static boolean stillOpen(Connection connection, Part part) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select 1 from permit_partition where name = ? and closed_at is null")) {
      select.setString(1, part.name());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Waits for those who write and lets nobody begin; readers go on. */
  private static void lock(Connection connection, Part part) throws SQLException {
    try (Statement lock = connection.createStatement()) {
      lock.execute("lock table " + quoted(part) + " in share row exclusive mode");
    }
  }

  /** The names of parts come from the database and are quoted all the same. */
  private static String quoted(Part part) {
    return "\"" + part.name().replace("\"", "\"\"") + "\"";
  }

  private static KeyFilter filterOf(Connection connection, Part part) throws SQLException {
    try (Statement select = connection.createStatement()) {
      select.setFetchSize(FETCHED_AT_ONCE);
      long count;
      try (ResultSet row = select.executeQuery("select count(*) from " + quoted(part))) {
        count = row.next() ? row.getLong(1) : 0;
      }
      KeyFilter filter = KeyFilter.forKeys(count);
      try (ResultSet rows = select.executeQuery("select query_hash, host from " + quoted(part))) {
        while (rows.next()) {
          filter.add(new PermitKey(Bytes32.of(rows.getBytes(1)), Address.of(rows.getBytes(2))));
        }
      }
      return filter;
    }
  }

  private List<Part> parts() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet rows =
            select.executeQuery(
                "select name, from_time, until_time, closed_at is not null from permit_partition"
                    + " order by from_time")) {
      List<Part> parts = new ArrayList<>();
      while (rows.next()) {
        parts.add(
            new Part(rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getBoolean(4)));
      }
      return parts;
    }
  }

  /** Learns what any process has closed. Up to the first part that is open, no more. */
  void learn() throws SQLException {
    List<KeyFilter> known = new ArrayList<>();
    List<String> names = new ArrayList<>();
    long openFrom = Long.MIN_VALUE;
    for (Part part : parts()) {
      if (!part.isClosed()) {
        break;
      }
      KeyFilter filter = filters.get(part.name());
      if (filter == null) {
        filter = read(part);
        filters.put(part.name(), filter);
      }
      known.add(filter);
      names.add(part.name());
      openFrom = part.until();
    }
    filters.keySet().retainAll(names);
    closedParts = new ClosedParts(openFrom, known);
  }

  private KeyFilter read(Part part) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("select filter from permit_partition where name = ?")) {
      select.setString(1, part.name());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the part " + part.name() + " was taken away meanwhile");
        }
        return KeyFilter.of(row.getBytes(1));
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(keeper);
    try {
      keeper.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
