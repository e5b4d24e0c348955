package org.oml.registry.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.StoredFile;
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

  private final AccessTokenRows rows;
  private final TransactionTemplate transaction;
  private final SecureRandom random = new SecureRandom();

  AccessTokens(AccessTokenRows rows, TransactionTemplate transaction) {
    this.rows = rows;
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
    rows.holdTokensOf(host.toString());
    rows.forgetExpired(host);
    if (list(host).size() >= MOST) {
      throw new CodedException(
          RegistryError.ACCESS_TOKENS_TOO_MANY, "The account has " + MOST + " access tokens.");
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    Instant expiresAt = Instant.now().plus(life).truncatedTo(ChronoUnit.SECONDS);
    Issued issued = new Issued(UUID.randomUUID(), token, expiresAt);
    rows.save(new AccessTokenRow(issued.tokenId(), hash(token), host, name, expiresAt));
    return issued;
  }

  List<Description> list(Address host) {
    return rows.findByHostOrderByCreatedAt(host).stream().map(AccessTokenRow::describe).toList();
  }

  /** Whether the host had it. */
  boolean revoke(Address host, UUID tokenId) {
    return rows.revoke(host, tokenId) == 1;
  }

  /**
   * Whose a token is.
   *
   * @throws CodedException {@link RegistryError#ACCESS_TOKEN_REFUSED} for one that is unknown,
   *     revoked or past its time
   */
  public Address hostOf(String token) {
    Bytes32 hash = hash(token);
    return Optional.of(rows.use(hash))
        .filter(used -> used == 1)
        .flatMap(used -> rows.findByTokenHash(hash))
        .map(AccessTokenRow::host)
        .orElseThrow(
            () ->
                new CodedException(
                    RegistryError.ACCESS_TOKEN_REFUSED,
                    "The access token is unknown, revoked or past its time."));
  }

  private static Bytes32 hash(String token) {
    return StoredFile.of(token.getBytes(StandardCharsets.UTF_8)).sha256();
  }
}
