package org.oml.registry.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.StoredFile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Access tokens of hosts. They say {@code hf_} first because clients of the Hugging Face Hub refuse
 * any other; what follows are 256 bits, of which the database keeps the SHA-256 alone.
 */
@Component
public final class AccessTokens {

  /** How many a host may have. */
  static final int MOST = 20;

  /** How long one may last. */
  static final Duration LONGEST_LIFE = Duration.ofDays(366);

  private static final String PREFIX = "hf_oml_";
  private static final int SECRET_BYTES = 32;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final SecureRandom random = new SecureRandom();

  AccessTokens(JdbcClient database, TransactionTemplate transaction) {
    this.database = database;
    this.transaction = transaction;
  }

  /** A token as its host sees it afterwards; the token itself is never shown again. */
  record Description(
      UUID tokenId, String name, Instant createdAt, Instant expiresAt, @Nullable Instant usedAt) {}

  /** A new token. */
  record Issued(UUID tokenId, String token, Instant expiresAt) {}

  /**
   * @throws CodedException {@link RegistryError#ACCESS_TOKENS_TOO_MANY}
   */
  Issued issue(Address host, String name, Duration life) {
    return transaction.execute(status -> issueAlone(host, name, life));
  }

  /** Of a host's requests one at a time, so that none passes the bound beside another. */
  private Issued issueAlone(Address host, String name, Duration life) {
    database
        .sql("select pg_advisory_xact_lock(hashtext(:host))")
        .param("host", host.toString())
        .query()
        .singleRow();
    database
        .sql("delete from access_token where host = :host and expires_at <= now()")
        .param("host", host.toBytes())
        .update();
    if (list(host).size() >= MOST) {
      throw new CodedException(
          RegistryError.ACCESS_TOKENS_TOO_MANY, "The account has " + MOST + " access tokens.");
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    Issued issued = new Issued(UUID.randomUUID(), token, Instant.now().plus(life));
    database
        .sql(
            """
            insert into access_token (token_id, token_hash, host, name, expires_at)
            values (:id, :hash, :host, :name, to_timestamp(:expiresAt))
            """)
        .param("id", issued.tokenId())
        .param("hash", hash(token))
        .param("host", host.toBytes())
        .param("name", name)
        .param("expiresAt", issued.expiresAt().getEpochSecond())
        .update();
    return issued;
  }

  List<Description> list(Address host) {
    return database
        .sql("select * from access_token where host = :host order by created_at")
        .param("host", host.toBytes())
        .query((row, number) -> describe(row))
        .list();
  }

  /** Whether the host had it. */
  boolean revoke(Address host, UUID tokenId) {
    return database
            .sql("delete from access_token where host = :host and token_id = :id")
            .param("host", host.toBytes())
            .param("id", tokenId)
            .update()
        == 1;
  }

  /**
   * Whose a token is.
   *
   * @throws CodedException {@link RegistryError#ACCESS_TOKEN_REFUSED} for one that is unknown,
   *     revoked or past its time
   */
  public Address hostOf(String token) {
    return database
        .sql(
            """
            update access_token set used_at = now()
            where token_hash = :hash and expires_at > now() returning host
            """)
        .param("hash", hash(token))
        .query((row, number) -> Address.of(row.getBytes("host")))
        .optional()
        .orElseThrow(
            () ->
                new CodedException(
                    RegistryError.ACCESS_TOKEN_REFUSED,
                    "The access token is unknown, revoked or past its time."));
  }

  private static Description describe(ResultSet row) throws SQLException {
    return new Description(
        row.getObject("token_id", UUID.class),
        row.getString("name"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("expires_at").toInstant(),
        row.getTimestamp("used_at") == null ? null : row.getTimestamp("used_at").toInstant());
  }

  private static byte[] hash(String token) {
    return StoredFile.of(token.getBytes(StandardCharsets.UTF_8)).sha256().toBytes();
  }
}
