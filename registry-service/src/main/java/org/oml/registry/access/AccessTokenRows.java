package org.oml.registry.access;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code access_token}. Whether one is past its time is told by the database's clock. */
interface AccessTokenRows extends Repository<AccessTokenRow, UUID> {

  List<AccessTokenRow> findByHostOrderByCreatedAt(Address host);

  Optional<AccessTokenRow> findByTokenHash(Bytes32 tokenHash);

  AccessTokenRow save(AccessTokenRow row);

  /** Until the transaction ends, nobody else does so for the same host. */
  @Query(nativeQuery = true, value = "select 1 from pg_advisory_xact_lock(hashtext(:host))")
  int holdTokensOf(String host);

  @Transactional
  @Modifying
  @Query("delete from AccessTokenRow t where t.host = :host and t.expiresAt <= instant")
  int forgetExpired(Address host);

  @Transactional
  @Modifying
  @Query("delete from AccessTokenRow t where t.host = :host and t.tokenId = :tokenId")
  int revoke(Address host, UUID tokenId);

  @Transactional
  @Modifying
  @Query(
      """
      update AccessTokenRow t set t.usedAt = instant
      where t.tokenHash = :tokenHash and t.expiresAt > instant
      """)
  int use(Bytes32 tokenHash);
}
