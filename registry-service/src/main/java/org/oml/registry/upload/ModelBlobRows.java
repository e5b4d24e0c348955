package org.oml.registry.upload;

import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code model_blob}. */
interface ModelBlobRows extends Repository<ModelBlobRow, ModelFileKey> {

  Optional<ModelBlobRow> findById(ModelFileKey key);

  /** What an account's models hold, in bytes. */
  @Query("select coalesce(sum(b.size), 0) from ModelBlobRow b where b.account = :account")
  long bytesOf(Address account);

  @Transactional
  @Modifying
  @Query(
      """
      update ModelBlobRow b set b.uploadedAt = instant
      where b.key.modelId = :modelId and b.key.sha256 = :sha256
      """)
  int renew(Bytes32 modelId, Bytes32 sha256);

  /** In one statement, so that it does not matter who else completes the same. */
  @Transactional
  @Modifying
  @Query(
      nativeQuery = true,
      value =
          """
          insert into model_blob (model_id, sha256, size, account)
          values (:model, :sha256, :size, :account)
          on conflict (model_id, sha256) do update set uploaded_at = now()
          """)
  void complete(byte[] model, byte[] sha256, long size, byte[] account);

  /** Of all models at once. */
  @Transactional
  @Modifying
  @Query(
      nativeQuery = true,
      value =
          """
          delete from model_blob b where uploaded_at < now() - make_interval(secs => :age)
            and not exists (select from revision_file f
              where f.model_id = b.model_id and f.sha256 = b.sha256)
          """)
  void forgetUnpublished(double age);
}
