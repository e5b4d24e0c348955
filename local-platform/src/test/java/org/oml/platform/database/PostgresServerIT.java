package org.oml.platform.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.ProcessIdentity;
import org.oml.platform.process.Supervisor;

/** The real server, killed and started again. */
class PostgresServerIT {

  @TempDir Path home;
  private PlatformSettings settings;
  private Supervisor supervisor;
  private PostgresServer server;

  @BeforeEach
  void start() {
    settings = PlatformSettings.forTest(home, home);
    supervisor = new Supervisor(settings);
    server = new PostgresServer(settings, supervisor);
    server.start();
  }

  @AfterEach
  void stop() {
    supervisor.stopAll();
  }

  @Test
  void keepsCommittedRowsOverKill9AndOverAStop() throws Exception {
    execute("registry", "CREATE TABLE kept (number int)");
    for (int round = 1; round <= 3; round++) {
      execute("registry", "INSERT INTO kept VALUES (" + round + ")");
      supervisor.kill9(PostgresServer.NAME);
      server.start();
      assertThat(query("registry", "SELECT count(*) FROM kept")).isEqualTo(Integer.toString(round));
    }
    supervisor.stop(PostgresServer.NAME);
    server.start();
    assertThat(query("registry", "SELECT count(*) FROM kept")).isEqualTo("3");
  }

  @Test
  void writesEveryCommitToTheDisk() throws SQLException, IOException {
    assertThat(query("permission", "SHOW fsync")).isEqualTo("on");
    assertThat(query("permission", "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(query("permission", "SHOW full_page_writes")).isEqualTo("on");
    assertThat(query("permission", "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(query("permission", "SHOW server_version_num")).startsWith("18");
  }

  @Test
  void givesEachServiceASchemaOfItsOwn() throws Exception {
    execute("registry", "CREATE TABLE secret (number int)");

    assertThat(query("registry", "SELECT current_schema()")).isEqualTo("registry");
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> query("prover", "SELECT * FROM registry.secret"));
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> execute("prover", "CREATE TABLE registry.mine (number int)"));
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> execute("prover", "CREATE TABLE public.mine (number int)"));
  }

  @Test
  void keepsPasswordsToTheOwner() throws IOException {
    for (String role : new String[] {"postgres", "registry", "permission", "prover"}) {
      Path file = server.passwordFile(role);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(file).content().hasSize(64);
      assertThat(settings.log(PostgresServer.NAME))
          .content()
          .doesNotContain(Files.readString(file));
      assertThat(settings.state()).content().doesNotContain(Files.readString(file));
    }
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> DriverManager.getConnection(server.url(), "registry", "guessed"));
  }

  @Test
  void findsItsDataAgainWhenTheStateIsLost() throws Exception {
    execute("registry", "CREATE TABLE kept (number int)");
    ProcessIdentity first = new Postmaster(settings.postgres()).running().orElseThrow();
    Files.delete(settings.state());

    server.start();

    assertThat(first.alive()).isFalse();
    assertThat(query("registry", "SELECT count(*) FROM kept")).isEqualTo("0");
  }

  @Test
  void startsWhenTheOldPidFileNamesSomebodyElse() throws Exception {
    supervisor.kill9(PostgresServer.NAME);
    Path pidFile = settings.postgres().resolve("postmaster.pid");
    Files.writeString(
        pidFile,
        Files.readString(pidFile)
            .replaceFirst("[0-9]+", Long.toString(ProcessHandle.current().pid())));

    server.start();

    assertThat(query("registry", "SELECT 1")).isEqualTo("1");
  }

  private void execute(String role, String sql) throws SQLException, IOException {
    try (Connection connection = connect(role);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String query(String role, String sql) throws SQLException, IOException {
    try (Connection connection = connect(role);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private Connection connect(String role) throws SQLException, IOException {
    return DriverManager.getConnection(
        server.url(), role, Files.readString(server.passwordFile(role)));
  }
}
