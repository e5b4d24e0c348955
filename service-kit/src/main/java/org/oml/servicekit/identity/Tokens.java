package org.oml.servicekit.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;

/**
 * Tokens (JWT, HS256) that a service issues to accounts and takes from them, and from nobody else.
 */
final class Tokens {

  private static final int LONGEST = 2048;

  private final byte[] key;
  private final String service;
  private final Duration life;
  private final Clock clock;

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

  Address accountOf(String token) {
    if (token.length() > LONGEST) {
      throw refused("The token is too long.");
    }
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!jwt.getHeader().getAlgorithm().equals(JWSAlgorithm.HS256)
          || !jwt.verify(new MACVerifier(key))) {
        throw refused("The token was not issued by this service.");
      }
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      if (!Objects.equals(claims.getIssuer(), service)
          || !Objects.equals(claims.getAudience(), List.of(service))) {
        throw refused("The token is for another service than " + service + ".");
      }
      Date expiry = claims.getExpirationTime();
      if (expiry == null || !clock.instant().isBefore(expiry.toInstant())) {
        throw refused("The token has expired.");
      }
      return Address.parse(Objects.requireNonNullElse(claims.getSubject(), ""));
    } catch (ParseException | JOSEException e) {
      throw refused("The token is not a JWT of this service.");
    }
  }

  private static CodedException refused(String detail) {
    return new CodedException(ServiceError.TOKEN_REFUSED, detail);
  }
}
