package org.oml.servicekit.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;

/**
 * Tokens (JWT, HS256) that a service issues to accounts and takes from them, and from nobody else.
 */
final class Tokens {

  private static final int LONGEST = 2048;
  private static final int MOST_KNOWN = 10_000;
  private static final int MAC_BYTES = 32;
  private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

  private final byte[] key;
  private final String service;
  private final Duration life;
  private final Clock clock;

  /** What tokens say whose authentication was right; it is checked anew each time, they are not. */
  private final ConcurrentHashMap<String, Claims> known = new ConcurrentHashMap<>();

  /**
   * @param service its name, which is issuer and audience
   */
  Tokens(TokenKey key, String service, Duration life, Clock clock) {
    this.key = key.derive("oml.token.v1");
    this.service = service;
    this.life = life;
    this.clock = clock;
  }

  record Token(String token, Instant expiresAt) {}

  private record Claims(Address account, Instant expiresAt) {}

  Token issue(Address account) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = now.plus(life);
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(service)
            .audience(service)
            .subject(account.toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(expiresAt))
            .jwtID(UUID.randomUUID().toString())
            .build();
    SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    try {
      jwt.sign(new MACSigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("A key of 32 bytes signs HS256", e);
    }
    return new Token(jwt.serialize(), expiresAt);
  }

  /** The account of a token. Each call costs a MAC, and the first one reading what it says. */
  Address accountOf(String token) {
    if (token.length() > LONGEST) {
      throw refused("The token is too long.");
    }
    requireOurs(token);
    Claims claims = known.get(token);
    if (claims == null) {
      claims = read(token);
      keep(token, claims);
    }
    if (!clock.instant().isBefore(claims.expiresAt())) {
      known.remove(token);
      throw refused("The token has expired.");
    }
    return claims.account();
  }

  /** Whether the last part is the MAC of the others, whatever they say. */
  private void requireOurs(String token) {
    int end = token.lastIndexOf('.');
    try {
      byte[] sent = BASE64.decode(token.substring(end + 1));
      byte[] mac =
          TokenKey.mac(key, token.substring(0, Math.max(0, end)).getBytes(StandardCharsets.UTF_8));
      if (end > 0 && sent.length == MAC_BYTES && MessageDigest.isEqual(mac, sent)) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // Told below, as for a wrong one.
    }
    throw refused("The token was not issued by this service.");
  }

  /** What a token says that carries this service's MAC. */
  private Claims read(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!jwt.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)) {
        throw refused("The token was not issued by this service.");
      }
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      if (!Objects.equals(claims.getIssuer(), service)
          || !Objects.equals(claims.getAudience(), List.of(service))) {
        throw refused("The token is for another service than " + service + ".");
      }
      Date expiry = claims.getExpirationTime();
      if (expiry == null) {
        throw refused("The token has expired.");
      }
      return new Claims(
          Address.parse(Objects.requireNonNullElse(claims.getSubject(), "")), expiry.toInstant());
    } catch (ParseException e) {
      throw refused("The token is not a JWT of this service.");
    }
  }

  /** Only tokens that the service issued are kept, so that nobody else can fill the memory. */
  private void keep(String token, Claims claims) {
    if (known.size() >= MOST_KNOWN) {
      known.values().removeIf(old -> !clock.instant().isBefore(old.expiresAt()));
    }
    if (known.size() < MOST_KNOWN) {
      known.put(token, claims);
    }
  }

  private static CodedException refused(String detail) {
    return new CodedException(ServiceError.TOKEN_REFUSED, detail);
  }
}
