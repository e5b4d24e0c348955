package org.oml.registry.upload;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.StoredFile;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What models have sent and what is on its way, in the database. */
@Component
public final class UploadStore {

  private final UploadRows uploads;
  private final ModelBlobRows files;
  private final TransactionTemplate transaction;
  private final long quota;

  UploadStore(
      UploadRows uploads,
      ModelBlobRows files,
      TransactionTemplate transaction,
      RegistryProperties properties) {
    this.uploads = uploads;
    this.files = files;
    this.transaction = transaction;
    this.quota = properties.uploadQuota().toBytes();
  }

  /** Whether a model's owner sent just this file, whole. */
  public boolean has(Bytes32 modelId, StoredFile file) {
    OptionalLong size = sizeOf(modelId, file.sha256());
    return size.isPresent() && size.getAsLong() == file.size();
  }

  /**
   * Keeps a file from being forgotten, called in the transaction that makes it part of a revision.
   *
   * @return false if it was forgotten
   */
  public boolean renew(Bytes32 modelId, Bytes32 sha256) {
    return files.renew(modelId, sha256) == 1;
  }

  /** How long a file is that a model has. */
  OptionalLong sizeOf(Bytes32 modelId, Bytes32 sha256) {
    return files.findById(new ModelFileKey(modelId, sha256)).stream()
        .mapToLong(ModelBlobRow::size)
        .findFirst();
  }

  /**
   * Writes down that a file is on its way, or still is.
   *
   * @param id of the model or of the instance that it is for
   * @throws CodedException {@link RegistryError#UPLOAD_QUOTA_USED}, {@link
   *     RegistryError#UPLOAD_OFFSET_DIFFERS} if it began with another length
   */
  void begin(Address account, Bytes32 id, StoredFile file) {
    transaction.executeWithoutResult(
        status -> {
          // One at a time for each account: two that see the same sum would both fit.
          uploads.holdUploads("upload " + account);
          Optional<UploadRow> begun = uploads.findById(new ModelFileKey(id, file.sha256()));
          if (begun.isPresent()) {
            requireLength(begun.get().size(), file);
          } else {
            requireQuota(account, file);
          }
          uploads.touch(id.toBytes(), file.sha256().toBytes(), file.size(), account.toBytes());
        });
  }

  private static void requireLength(long begun, StoredFile file) {
    if (begun != file.size()) {
      throw new CodedException(
          RegistryError.UPLOAD_OFFSET_DIFFERS, "The upload began as one of " + begun + " bytes.");
    }
  }

  private void requireQuota(Address account, StoredFile file) {
    if (files.bytesOf(account) + uploads.bytesOf(account) + file.size() > quota) {
      throw new CodedException(
          RegistryError.UPLOAD_QUOTA_USED, "The account's uploads may hold " + quota + " bytes.");
    }
  }

  /** The file is whole, and the model's. */
  void complete(Address account, Bytes32 modelId, StoredFile file) {
    files.complete(modelId.toBytes(), file.sha256().toBytes(), file.size(), account.toBytes());
  }

  /** The file is no longer on its way. */
  void forget(Bytes32 id, Bytes32 sha256) {
    uploads.forget(id, sha256);
  }

  /** What has not come on for so long. */
  List<ModelFileKey> stale(Duration age) {
    return uploads.touchedBefore(Instant.now().minus(age));
  }

  /** Forgets what was sent so long ago and is part of no revision yet. */
  void forgetUnpublished(Duration age) {
    files.forgetUnpublished((double) age.toSeconds());
  }
}
