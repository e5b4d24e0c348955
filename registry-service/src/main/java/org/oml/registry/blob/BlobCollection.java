package org.oml.registry.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.registry.RegistryProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes files that nothing refers to and that nobody wanted for a while. A file goes while its
 * row is held, and only after looking again; {@link Blobs} holds the same row before it refers to a
 * file. Several registries may collect at a time.
 */
@Component
public final class BlobCollection {

  private static final Logger LOG = LoggerFactory.getLogger(BlobCollection.class);
  private static final int AT_A_TIME = 1_000;

  /** Whatever a registry may still have to give out. */
  private static final String UNREFERENCED =
      """
      not exists (select from model_blob r where r.sha256 = b.sha256)
      and not exists (select from instance_file f join instance i on i.instance_id = f.instance_id
        where f.sha256 = b.sha256 and i.state <> 'FAILED')
      and not exists (select from revision r where sha256(r.manifest) = b.sha256)
      and not exists (select from instance i where sha256(i.manifest) = b.sha256)
      """;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final BlobStore store;
  private final Duration grace;

  @Autowired
  BlobCollection(
      JdbcClient database,
      TransactionTemplate transaction,
      BlobStore store,
      RegistryProperties properties) {
    this(database, transaction, store, properties.collection().grace());
  }

  BlobCollection(
      JdbcClient database, TransactionTemplate transaction, BlobStore store, Duration grace) {
    this.database = database;
    this.transaction = transaction;
    this.store = store;
    this.grace = grace;
  }

  /**
   * What a round removed.
   *
   * @param files how many
   * @param bytes that they had
   */
  public record Removed(int files, long bytes) {}

  /** Looks at everything once. */
  public Removed collect() {
    adopt();
    int files = 0;
    long bytes = 0;
    for (List<StoredFile> found = candidates(); !found.isEmpty(); ) {
      int before = files;
      for (StoredFile file : found) {
        if (remove(file.sha256())) {
          files++;
          bytes += file.size();
        }
      }
      found = files == before ? List.of() : candidates();
    }
    if (files > 0) {
      LOG.info("Removed {} files of {} bytes that nothing referred to", files, bytes);
    }
    return new Removed(files, bytes);
  }

  private List<StoredFile> candidates() {
    return database
        .sql(
            "select b.sha256, b.size from blob b where b.used_at <= "
                + "now() - make_interval(secs => :grace) and "
                + UNREFERENCED
                + " limit "
                + AT_A_TIME)
        .param("grace", seconds())
        .query((row, n) -> new StoredFile(Bytes32.of(row.getBytes(1)), row.getLong(2)))
        .list();
  }

  private double seconds() {
    return grace.toMillis() / 1000.0;
  }

  private boolean remove(Bytes32 sha256) {
    return transaction.execute(
        status -> {
          if (!hold(sha256) || !isUnreferenced(sha256)) {
            return false;
          }
          try {
            store.remove(sha256);
          } catch (IOException e) {
            throw new UncheckedIOException("The store cannot be written", e);
          }
          return database
                  .sql("delete from blob where sha256 = :sha256")
                  .param("sha256", sha256.toBytes())
                  .update()
              == 1;
        });
  }

  private boolean hold(Bytes32 sha256) {
    return database
        .sql(
            """
            select 1 from blob where sha256 = :sha256
              and used_at <= now() - make_interval(secs => :grace) for update skip locked
            """)
        .param("sha256", sha256.toBytes())
        .param("grace", seconds())
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  /** A statement of its own, so that it sees what was referred to before the row was held. */
  private boolean isUnreferenced(Bytes32 sha256) {
    return database
        .sql("select 1 from blob b where b.sha256 = :sha256 and " + UNREFERENCED)
        .param("sha256", sha256.toBytes())
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  /** Files without a row, as an older registry left them, get one; a later round looks at them. */
  private void adopt() {
    Instant before = Instant.now().minus(grace);
    try {
      store.forEach(
          kept -> {
            if (kept.since().isBefore(before)) {
              adopt(kept);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("The store cannot be read", e);
    }
  }

  private void adopt(BlobStore.Kept kept) {
    database
        .sql(
            """
            insert into blob (sha256, size, used_at) values (:sha256, :size, :since)
            on conflict do nothing
            """)
        .param("sha256", kept.file().sha256().toBytes())
        .param("size", kept.file().size())
        .param("since", Timestamp.from(kept.since()))
        .update();
  }
}
