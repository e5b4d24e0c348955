package org.oml.platform.backup;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;
import org.oml.protocol.CodedException;

/** A real server that is written to while it is copied. */
class BackupIT {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int ROWS_BEFORE = 200;

  @TempDir private Path directory;
  private LocalPlatform platform;
  private final List<LocalPlatform> started = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    platform = platformIn(directory.resolve("first"));
    platform.startFoundation();
    try (Connection connection = connect(platform);
        Statement statement = connection.createStatement()) {
      statement.execute("create table number (value int primary key, filler text)");
    }
    Path blobs = Files.createDirectories(platform.settings().blobs().resolve("ab"));
    Files.writeString(blobs.resolve("abcd"), "a file of a model");
  }

  @AfterEach
  void stop() {
    started.forEach(LocalPlatform::down);
  }

  @Test
  void aPlatformThatWasWrittenToMeanwhileGoesOnFromOneMoment() throws Exception {
    Path backup = directory.resolve("backup");
    AtomicInteger written = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    CountDownLatch underWay = new CountDownLatch(1);
    int before;
    try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writer = background.submit(() -> write(written, enough, underWay));
      assertThat(underWay.await(1, TimeUnit.MINUTES)).isTrue();
      before = written.get();
      new Backup(platform, part -> {}).to(backup);
      enough.set(true);
      writer.get(1, TimeUnit.MINUTES);
    }
    platform.down();

    LocalPlatform second = platformIn(directory.resolve("second"));
    Restoration.restore(backup, second.settings().home());
    second.startFoundation();

    int restored = Integer.parseInt(query(second, "select count(*) from number"));
    assertThat(restored)
        .as("what was committed before the backup")
        .isBetween(before, written.get());
    assertThat(query(second, "select max(value) + 1 from number"))
        .as("nothing is missing between")
        .isEqualTo(Integer.toString(restored));
    assertThat(Files.readString(second.settings().blobs().resolve("ab/abcd")))
        .isEqualTo("a file of a model");
    assertThat(Files.getPosixFilePermissions(second.settings().keys()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    try (Connection connection = connect(second);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("insert into number values (-1, 'goes on')")).isEqualTo(1);
    }
  }

  @Test
  void aPlatformThatDoesNotRunIsCopiedAsItLies() throws Exception {
    try (Connection connection = connect(platform);
        Statement statement = connection.createStatement()) {
      statement.execute("insert into number values (7, 'kept')");
    }
    platform.down();
    Path backup = directory.resolve("backup");
    new Backup(platform, part -> {}).to(backup);

    LocalPlatform second = platformIn(directory.resolve("second"));
    Restoration.restore(backup, second.settings().home());
    second.startFoundation();

    assertThat(query(second, "select filler from number")).isEqualTo("kept");
  }

  @Test
  void aDamagedBackupIsRefusedAndNothingAppears() throws Exception {
    Path backup = directory.resolve("backup");
    new Backup(platform, part -> {}).to(backup);
    Files.writeString(backup.resolve("blobs/ab/abcd"), "another file, longer");

    Path second = directory.resolve("second");
    assertRefused(PlatformError.BACKUP_DAMAGED, () -> Restoration.restore(backup, second));
    assertThat(second).doesNotExist();

    Files.delete(backup.resolve(BackupList.NAME));
    assertRefused(PlatformError.BACKUP_DAMAGED, () -> Restoration.restore(backup, second));
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    Path backup = directory.resolve("backup");
    new Backup(platform, part -> {}).to(backup);

    assertRefused(PlatformError.BACKUP_EXISTS, () -> new Backup(platform, part -> {}).to(backup));
    assertRefused(
        PlatformError.HOME_NOT_EMPTY,
        () -> Restoration.restore(backup, platform.settings().home()));
    assertRefused(
        PlatformError.BACKUP_NOTHING,
        () ->
            new Backup(platformIn(directory.resolve("empty")), part -> {})
                .to(directory.resolve("another")));
  }

  private LocalPlatform platformIn(Path home) {
    LocalPlatform one = new LocalPlatform(PlatformSettings.forTest(ROOT, home));
    started.add(one);
    return one;
  }

  private Void write(AtomicInteger written, AtomicBoolean enough, CountDownLatch underWay)
      throws Exception {
    try (Connection connection = connect(platform);
        Statement statement = connection.createStatement()) {
      while (!enough.get()) {
        statement.execute("insert into number values (" + written.get() + ", repeat('x', 2000))");
        if (written.incrementAndGet() == ROWS_BEFORE) {
          underWay.countDown();
        }
        if (written.get() % ROWS_BEFORE == 0) {
          statement.execute("vacuum full number");
        }
      }
      return null;
    }
  }

  private static void assertRefused(
      PlatformError error, org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(work)
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(error));
  }

  private static Connection connect(LocalPlatform platform) throws SQLException, IOException {
    return DriverManager.getConnection(
        platform.database().url(),
        "registry",
        SecretFile.readOrDraw(platform.database().passwordFile("registry")));
  }

  private static String query(LocalPlatform platform, String sql) throws Exception {
    try (Connection connection = connect(platform);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
