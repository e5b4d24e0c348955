package org.oml.registry.upload;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code upload}. */
interface UploadRows extends Repository<UploadRow, ModelFileKey> {

  Optional<UploadRow> findById(ModelFileKey key);

  /** What an account has on its way, in bytes. */
  @Query("select coalesce(sum(u.size), 0) from UploadRow u where u.account = :account")
  long bytesOf(Address account);

  @Query("select u.key from UploadRow u where u.touchedAt < :before")
  List<ModelFileKey> touchedBefore(Instant before);

  @Transactional
  @Modifying
  @Query("delete from UploadRow u where u.key.modelId = :modelId and u.key.sha256 = :sha256")
  void forget(Bytes32 modelId, Bytes32 sha256);

  /** Until the transaction ends, nobody else does so for the same account. */
  @Query(
      nativeQuery = true,
      value = "select 1 from pg_advisory_xact_lock(hashtextextended(:account, 0))")
  int holdUploads(String account);

  /** In one statement, so that it does not matter who else begins the same. */
  @Transactional
  @Modifying
  @Query(
      nativeQuery = true,
      value =
          """
          insert into upload (model_id, sha256, size, account)
          values (:model, :sha256, :size, :account)
          on conflict (model_id, sha256) do update set touched_at = now()
          """)
  void touch(byte[] model, byte[] sha256, long size, byte[] account);
}
