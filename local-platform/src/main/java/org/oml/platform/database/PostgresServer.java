package org.oml.platform.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.oml.platform.home.FileTree;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;
import org.oml.platform.process.ManagedProcess;
import org.oml.platform.process.Supervisor;
import org.oml.platform.process.Tier;
import org.oml.platform.process.Waiting;
import org.oml.protocol.CodedException;

/**
 * The platform's PostgreSQL server. It keeps its data in {@code .oml/postgres}, writes every commit
 * through to the disk and listens on the loopback address alone.
 */
public final class PostgresServer {

  /** The name of its process. */
  public static final String NAME = "postgres";

  /** The database that all services share, each in a schema of its own. */
  public static final String DATABASE = "oml";

  static final String SUPERUSER = "postgres";

  private static final Duration INITIALISING = Duration.ofMinutes(2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 500;

  private final PlatformSettings settings;
  private final Supervisor supervisor;

  public PostgresServer(PlatformSettings settings, Supervisor supervisor) {
    this.settings = settings;
    this.supervisor = supervisor;
  }

  /**
   * Starts the server, making its data directory the first time, and sees to database, roles and
   * schemas. A server that runs already is used as it is; one that the platform's state has lost is
   * stopped first.
   */
  public void start() {
    Path binaries = PostgresBinaries.unpacked();
    Path data = settings.postgres();
    if (!Files.exists(data)) {
      initialise(binaries, data);
    }
    Postmaster postmaster = new Postmaster(data);
    ManagedProcess process = process(binaries, data);
    supervisor.endUnlessRecorded(NAME, postmaster.running(), process.stopSignal());
    launch(process, postmaster);
    new ServiceRoles(settings, this).ensure();
  }

  /** Makes one more role with a schema of its own, if it is missing, while the server runs. */
  public void ensureRole(String role) {
    new ServiceRoles(settings, this).ensure(List.of(role));
  }

  /** Where the database is, for JDBC. */
  public String url() {
    return url(DATABASE);
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + settings.ports().database() + "/" + database;
  }

  /** The file that holds a role's password; each service's role is named after it. */
  public Path passwordFile(String role) {
    return settings.secrets().resolve(role + ".password");
  }

  /** A copy of the data directory, whether the server runs or not. */
  public OnlineCopy onlineCopy() {
    return new OnlineCopy(this, new Postmaster(settings.postgres()).running().isPresent());
  }

  Connection asSuperuser(String database) throws SQLException {
    return DriverManager.getConnection(
        url(database), SUPERUSER, SecretFile.readOrDraw(passwordFile(SUPERUSER)));
  }

  /**
   * After a kill the backends of the old server may hold its memory for a moment, and the new one
   * refuses to start.
   */
  private void launch(ManagedProcess process, Postmaster postmaster) {
    for (int attempt = 1; ; attempt++) {
      postmaster.forgetIfStale();
      supervisor.launch(process);
      try {
        supervisor.awaitHealthy(NAME, postmaster::ready);
        return;
      } catch (CodedException e) {
        if (attempt == ATTEMPTS || e.code() != PlatformError.PROCESS_DIED) {
          throw e;
        }
        Waiting.millis(PAUSE_MILLIS);
      }
    }
  }

  private ManagedProcess process(Path binaries, Path data) {
    List<String> command = new ArrayList<>(asOrdinaryUser());
    command.add(binaries.resolve("bin/postgres").toString());
    command.addAll(
        List.of("-D", data.toString(), "-p", Integer.toString(settings.ports().database())));
    Map<String, String> options =
        Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "max_connections", "200",
            "timezone", "UTC",
            "log_timezone", "UTC");
    options.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            option -> command.addAll(List.of("-c", option.getKey() + "=" + option.getValue())));
    // INT is the fast shutdown: it does not wait for clients to leave.
    return new ManagedProcess(
        NAME, Tier.STORAGE, command, Map.of(), settings.ports().database(), null, PATIENCE, "INT");
  }

  /**
   * Makes the data directory beside and moves it into place, so that a crash never leaves half of
   * one.
   */
  private void initialise(Path binaries, Path data) {
    Path fresh = data.resolveSibling("postgres.initialising");
    Path log = settings.log("initdb");
    SecretFile.readOrDraw(passwordFile(SUPERUSER));
    try {
      FileTree.remove(fresh);
      Files.createDirectories(log.getParent());
      List<String> command = new ArrayList<>(asOrdinaryUser());
      command.add(binaries.resolve("bin/initdb").toString());
      command.addAll(List.of("-D", fresh.toString(), "-U", SUPERUSER, "--auth=scram-sha-256"));
      command.addAll(
          List.of("--pwfile=" + passwordFile(SUPERUSER), "--encoding=UTF8", "--locale=C.UTF-8"));
      Process initdb =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!initdb.waitFor(INITIALISING.toSeconds(), TimeUnit.SECONDS) || initdb.exitValue() != 0) {
        initdb.destroyForcibly();
        throw new CodedException(
            PlatformError.DATABASE_FAILED,
            "initdb failed; %s says: %s"
                .formatted(log, Files.readString(log, StandardCharsets.UTF_8).strip()));
      }
      Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CodedException(PlatformError.DATABASE_FAILED, "initdb was interrupted.", e);
    }
  }

  /**
   * PostgreSQL refuses to run as root; in a user namespace of its own the same user has no such
   * name.
   */
  private static List<String> asOrdinaryUser() {
    return "root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of();
  }
}
