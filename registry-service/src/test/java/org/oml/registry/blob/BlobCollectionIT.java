package org.oml.registry.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Keccak;
import org.oml.registry.fixture.TestSettings;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Collecting beside publishing, on a real database. */
final class BlobCollectionIT {

  private static final int ROUNDS = Boolean.getBoolean("oml.soak") ? 2_000 : 60;
  private static final int PUBLISHERS = 6;
  private static final int CONTENTS = 3;
  private static final int LOOKS = 5;

  @TempDir private Path directory;
  private EmbeddedPostgres postgres;
  private HikariDataSource pool;
  private JdbcClient database;
  private DirectoryBlobs store;
  private Staging staging;
  private Blobs blobs;
  private TransactionTemplate transaction;

  @BeforeEach
  void start() throws IOException {
    postgres = EmbeddedPostgres.start();
    HikariConfig configuration = new HikariConfig();
    configuration.setDataSource(postgres.getPostgresDatabase());
    configuration.setMaximumPoolSize(PUBLISHERS + 4);
    pool = new HikariDataSource(configuration);
    Flyway.configure().dataSource(pool).locations("classpath:db/migration").load().migrate();
    database = JdbcClient.create(pool);
    transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
    store = new DirectoryBlobs(directory);
    staging =
        new Staging(
            TestSettings.of(
                Map.of(
                    "oml.registry.blobs", directory.toString(), "oml.registry.space-left", "0B")));
    blobs = new Blobs(database, transaction, store);
  }

  @AfterEach
  void stop() throws IOException {
    pool.close();
    postgres.close();
  }

  private BlobCollection collection(Duration grace) {
    return new BlobCollection(database, transaction, store, grace);
  }

  private StoredFile keep(int model, byte[] bytes) {
    StoredFile file = StoredFile.of(bytes);
    try (Staging.Arrival arrival =
        staging.receive(new ByteArrayInputStream(bytes), bytes.length, file.sha256())) {
      blobs.keep(arrival, () -> refer(model, file));
    }
    return file;
  }

  private void refer(int model, StoredFile file) {
    database
        .sql("insert into model_blob (model_id, sha256, size, account) values (?, ?, ?, ?)")
        .params(modelId(model), file.sha256().toBytes(), file.size(), new byte[20])
        .update();
  }

  private void release(int model, StoredFile file) {
    database
        .sql("delete from model_blob where model_id = ? and sha256 = ?")
        .params(modelId(model), file.sha256().toBytes())
        .update();
  }

  private static byte[] modelId(int model) {
    return Keccak.of("model " + model).toBytes();
  }

  private static byte[] content(int number) {
    return ("content " + number).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void noFileGoesThatSomethingRefersToHoweverManyPublishAndCollect() throws Exception {
    AtomicBoolean publishing = new AtomicBoolean(true);
    AtomicInteger removed = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> collectors = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        collectors.add(threads.submit(() -> collectWhile(publishing, removed)));
      }
      List<Callable<Boolean>> publishers = new ArrayList<>();
      for (int i = 0; i < PUBLISHERS; i++) {
        int model = i;
        publishers.add(() -> publishAndLook(model));
      }
      try {
        for (Future<Boolean> one : threads.invokeAll(publishers)) {
          assertThat(one.get()).isTrue();
        }
      } finally {
        publishing.set(false);
      }
      for (Future<Boolean> one : collectors) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(removed).hasPositiveValue();
    collection(Duration.ZERO).collect();
    for (int i = 0; i < CONTENTS; i++) {
      assertThat(store.has(StoredFile.of(content(i)).sha256())).isFalse();
    }
    assertThat(database.sql("select count(*) from blob").query(Long.class).single()).isZero();
  }

  private boolean collectWhile(AtomicBoolean publishing, AtomicInteger removed) {
    BlobCollection collection = collection(Duration.ZERO);
    while (publishing.get()) {
      removed.addAndGet(collection.collect().files());
    }
    return true;
  }

  private boolean publishAndLook(int model) throws InterruptedException {
    Random random = new Random(model);
    for (int round = 0; round < ROUNDS; round++) {
      StoredFile file = keep(model, content(random.nextInt(CONTENTS)));
      for (int i = 0; i < LOOKS; i++) {
        if (!store.has(file.sha256())) {
          return false;
        }
        Thread.sleep(random.nextInt(3));
      }
      release(model, file);
    }
    return true;
  }

  @Test
  void aFileThatWasJustWantedStaysForAWhile() {
    StoredFile file = keep(1, content(1));
    release(1, file);
    assertThat(collection(Duration.ofHours(1)).collect().files()).isZero();
    assertThat(store.has(file.sha256())).isTrue();
    assertThat(collection(Duration.ZERO).collect())
        .isEqualTo(new BlobCollection.Removed(1, file.size()));
    assertThat(store.has(file.sha256())).isFalse();
  }

  @Test
  void aFileThatNoRowKnowsOfIsFoundAndGoes() throws Exception {
    StoredFile file = StoredFile.of(content(2));
    store.put(Files.write(directory.resolve("stray"), content(2)), file);
    Thread.sleep(20);
    collection(Duration.ofMillis(10)).collect();
    assertThat(store.has(file.sha256())).isFalse();
  }

  @Test
  void nothingIsReferredToWhenTheReferenceIsRefused() {
    StoredFile file = StoredFile.of(content(3));
    refer(1, file);
    try {
      keep(1, content(3));
    } catch (org.springframework.dao.DuplicateKeyException twice) {
      release(1, file);
      collection(Duration.ZERO).collect();
      assertThat(store.has(file.sha256())).isFalse();
      return;
    }
    throw new AssertionError("The same reference was taken twice");
  }
}
