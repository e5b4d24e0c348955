package org.oml.platform.database;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.oml.platform.home.PlatformError;
import org.oml.protocol.CodedException;

/**
 * Brackets a copy of the data directory so that a server started on it recovers to the moment at
 * which the copy ended: PostgreSQL's low-level base backup. A directory that nobody serves is
 * copied as it lies.
 */
public final class OnlineCopy {

  /** Directories whose files a server makes anew, and the log, which is copied last. */
  private static final Set<String> EMPTY =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final Set<String> OF_THE_RUNNING_SERVER =
      Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init", "backup_label");

  private static final String TEMPORARY = "pgsql_tmp";

  private final PostgresServer server;
  private final boolean running;
  private final Map<String, String> extraFiles = new LinkedHashMap<>();

  OnlineCopy(PostgresServer server, boolean running) {
    this.server = server;
    this.running = running;
  }

  /** Copies files. */
  @FunctionalInterface
  public interface Copying {
    void run() throws IOException;
  }

  /**
   * Whether a file belongs into the first copy.
   *
   * @param path below the data directory
   */
  public static boolean isCopied(Path path) {
    String name = path.getFileName().toString();
    boolean inEmpty = path.getNameCount() > 1 && EMPTY.contains(path.getName(0).toString());
    return !inEmpty && !OF_THE_RUNNING_SERVER.contains(name) && !name.startsWith(TEMPORARY);
  }

  /**
   * Runs the two copies.
   *
   * @param data everything that {@link #isCopied}
   * @param log the write-ahead log, {@code pg_wal}
   * @throws CodedException {@link PlatformError#DATABASE_FAILED}
   */
  public void run(Copying data, Copying log) throws IOException {
    if (!running) {
      data.run();
      log.run();
      return;
    }
    try (Connection connection = server.asSuperuser(PostgresServer.DATABASE);
        Statement statement = connection.createStatement()) {
      // While this session lives no log is recycled that the copy needs.
      statement.execute("select pg_create_physical_replication_slot('oml_backup', true, true)");
      statement.execute("select pg_backup_start('oml backup', true)");
      data.run();
      try (ResultSet end =
          statement.executeQuery("select labelfile, spcmapfile from pg_backup_stop(false)")) {
        end.next();
        extraFiles.put("backup_label", end.getString("labelfile"));
      }
      log.run();
    } catch (SQLException e) {
      throw new CodedException(
          PlatformError.DATABASE_FAILED, "The database could not be copied: " + e.getMessage(), e);
    }
  }

  /** What stands in files of the copy that the data directory does not have, by name. */
  public Map<String, String> extraFiles() {
    return Map.copyOf(extraFiles);
  }
}
