package org.oml.registry.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/** An access token, of which only the hash is kept. */
@Entity
@Table(name = "access_token")
final class AccessTokenRow {

  @Id private UUID tokenId;
  @Column private Bytes32 tokenHash;
  @Column private Address host;
  @Column private String name;

  /** By the database's clock. */
  @Column(insertable = false, updatable = false)
  private Instant createdAt;

  @Column private Instant expiresAt;
  @Column private @Nullable Instant usedAt;

  @SuppressWarnings("NullAway.Init")
  AccessTokenRow() {}

  @SuppressWarnings("NullAway.Init") // The database dates it.
  AccessTokenRow(UUID tokenId, Bytes32 tokenHash, Address host, String name, Instant expiresAt) {
    this.tokenId = tokenId;
    this.tokenHash = tokenHash;
    this.host = host;
    this.name = name;
    this.expiresAt = expiresAt;
  }

  Address host() {
    return host;
  }

  AccessTokens.Description describe() {
    return new AccessTokens.Description(tokenId, name, createdAt, expiresAt, usedAt);
  }
}
