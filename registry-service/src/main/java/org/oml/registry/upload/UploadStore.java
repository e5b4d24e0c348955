package org.oml.registry.upload;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.StoredFile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What models have sent and what is on its way, in the database. */
@Component
public final class UploadStore {

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final long quota;

  UploadStore(JdbcClient database, TransactionTemplate transaction, RegistryProperties properties) {
    this.database = database;
    this.transaction = transaction;
    this.quota = properties.uploadQuota().toBytes();
  }

  /** Whether a model's owner sent just this file, whole. */
  public boolean has(Bytes32 modelId, StoredFile file) {
    OptionalLong size = sizeOf("model_blob", modelId, file.sha256());
    return size.isPresent() && size.getAsLong() == file.size();
  }

  /**
   * Keeps a file from being forgotten, called in the transaction that makes it part of a revision.
   *
   * @return false if it was forgotten
   */
  public boolean renew(Bytes32 modelId, Bytes32 sha256) {
    return database
            .sql(
                """
                update model_blob set uploaded_at = now()
                where model_id = :model and sha256 = :sha256
                """)
            .param("model", modelId.toBytes())
            .param("sha256", sha256.toBytes())
            .update()
        == 1;
  }

  /** How long a file is that a model has. */
  OptionalLong sizeOf(Bytes32 modelId, Bytes32 sha256) {
    return sizeOf("model_blob", modelId, sha256);
  }

  private OptionalLong sizeOf(String table, Bytes32 modelId, Bytes32 sha256) {
    return database
        .sql("select size from " + table + " where model_id = :model and sha256 = :sha256")
        .param("model", modelId.toBytes())
        .param("sha256", sha256.toBytes())
        .query(Long.class)
        .optional()
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /**
   * Writes down that a file is on its way, or still is.
   *
   * @throws CodedException {@link RegistryError#UPLOAD_QUOTA_USED}, {@link
   *     RegistryError#UPLOAD_OFFSET_DIFFERS} if it began with another length
   */
  void begin(Address account, Bytes32 modelId, StoredFile file) {
    transaction.executeWithoutResult(
        status -> {
          // One at a time for each account: two that see the same sum would both fit.
          database
              .sql("select pg_advisory_xact_lock(hashtextextended(:account, 0))")
              .param("account", "upload " + account)
              .query()
              .listOfRows();
          OptionalLong begun = sizeOf("upload", modelId, file.sha256());
          if (begun.isPresent() && begun.getAsLong() != file.size()) {
            throw new CodedException(
                RegistryError.UPLOAD_OFFSET_DIFFERS,
                "The upload began as one of " + begun.getAsLong() + " bytes.");
          }
          if (begun.isEmpty() && used(account) + file.size() > quota) {
            throw new CodedException(
                RegistryError.UPLOAD_QUOTA_USED,
                "The account's uploads may hold " + quota + " bytes.");
          }
          touch(account, modelId, file);
        });
  }

  private long used(Address account) {
    return database
        .sql(
            """
            select coalesce(sum(size), 0) from (
              select size from model_blob where account = :account
              union all select size from upload where account = :account) held
            """)
        .param("account", account.toBytes())
        .query(Long.class)
        .single();
  }

  private void touch(Address account, Bytes32 modelId, StoredFile file) {
    database
        .sql(
            """
            insert into upload (model_id, sha256, size, account)
            values (:model, :sha256, :size, :account)
            on conflict (model_id, sha256) do update set touched_at = now()
            """)
        .param("model", modelId.toBytes())
        .param("sha256", file.sha256().toBytes())
        .param("size", file.size())
        .param("account", account.toBytes())
        .update();
  }

  /** The file is whole, and the model's. */
  void complete(Address account, Bytes32 modelId, StoredFile file) {
    database
        .sql(
            """
            insert into model_blob (model_id, sha256, size, account)
            values (:model, :sha256, :size, :account)
            on conflict (model_id, sha256) do update set uploaded_at = now()
            """)
        .param("model", modelId.toBytes())
        .param("sha256", file.sha256().toBytes())
        .param("size", file.size())
        .param("account", account.toBytes())
        .update();
    forget(modelId, file.sha256());
  }

  /** The file is no longer on its way. */
  void forget(Bytes32 modelId, Bytes32 sha256) {
    database
        .sql("delete from upload where model_id = :model and sha256 = :sha256")
        .param("model", modelId.toBytes())
        .param("sha256", sha256.toBytes())
        .update();
  }

  /** A file of a model. */
  record Key(Bytes32 modelId, Bytes32 sha256) {}

  /** What has not come on for so long. */
  List<Key> stale(Duration age) {
    return database
        .sql(
            """
            select model_id, sha256 from upload
            where touched_at < now() - make_interval(secs => :age)
            """)
        .param("age", (double) age.toSeconds())
        .query((row, n) -> new Key(Bytes32.of(row.getBytes(1)), Bytes32.of(row.getBytes(2))))
        .list();
  }

  /** Forgets what was sent so long ago and is part of no revision yet. */
  void forgetUnpublished(Duration age) {
    database
        .sql(
            """
            delete from model_blob b where uploaded_at < now() - make_interval(secs => :age)
              and not exists (select from revision_file f
                where f.model_id = b.model_id and f.sha256 = b.sha256)
            """)
        .param("age", (double) age.toSeconds())
        .update();
  }
}
