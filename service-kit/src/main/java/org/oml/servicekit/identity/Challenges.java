package org.oml.servicekit.identity;

import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.Signature;
import org.oml.servicekit.problem.ServiceError;

/**
 * Challenges to sign in. A challenge is authenticated by its nonce, so that none is stored before
 * it is answered and every instance of the service knows it; only the answered ones are kept, until
 * they expire, since each serves once.
 */
final class Challenges {

  private static final int RANDOM_BYTES = 16;
  private static final int MAC_BYTES = 16;

  private final byte[] key;
  private final Supplier<URI> url;
  private final String service;
  private final BigInteger chainId;
  private final Duration life;
  private final Clock clock;
  private final UsedNonces used;
  private final SecureRandom random = new SecureRandom();

  Challenges(
      TokenKey key,
      String service,
      Supplier<URI> url,
      IdentityProperties properties,
      Clock clock,
      UsedNonces used) {
    this.key = key.derive("oml.sign-in.v1");
    this.service = service;
    this.url = url;
    this.chainId = properties.chainId();
    this.life = properties.challengeLife();
    this.clock = clock;
    this.used = used;
  }

  SignInMessage challenge(Address account) {
    byte[] drawn = new byte[RANDOM_BYTES];
    random.nextBytes(drawn);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    URI here = url.get();
    SignInMessage blank =
        new SignInMessage(
            here.getRawAuthority(),
            account,
            "Sign in at the " + service + " service.",
            here.toString(),
            chainId,
            HexFormat.of().formatHex(drawn),
            now,
            now.plus(life));
    return withNonce(blank, blank.nonce() + authentication(blank));
  }

  /**
   * @return the account that signed
   */
  Address accept(String text, Signature signature) {
    SignInMessage message = SignInMessage.parse(text);
    if (!isOurs(message)) {
      throw refused("The message is not a challenge of this service.");
    }
    if (!clock.instant().isBefore(message.expiresAt())) {
      throw refused("The challenge has expired.");
    }
    if (!message.isSignedBy(signature)) {
      throw refused("The signature is not of the account " + message.address() + ".");
    }
    if (!used.use(message.nonce(), message.expiresAt())) {
      throw refused("The challenge has been answered before.");
    }
    return message.address();
  }

  private boolean isOurs(SignInMessage message) {
    String nonce = message.nonce();
    if (nonce.length() != 2 * (RANDOM_BYTES + MAC_BYTES)) {
      return false;
    }
    String drawn = nonce.substring(0, 2 * RANDOM_BYTES);
    String expected = drawn + authentication(withNonce(message, drawn));
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), nonce.getBytes(StandardCharsets.UTF_8));
  }

  private String authentication(SignInMessage blank) {
    byte[] mac = TokenKey.mac(key, blank.text().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(Arrays.copyOf(mac, MAC_BYTES));
  }

  private static SignInMessage withNonce(SignInMessage message, String nonce) {
    return new SignInMessage(
        message.domain(),
        message.address(),
        message.statement(),
        message.uri(),
        message.chainId(),
        nonce,
        message.issuedAt(),
        message.expiresAt());
  }

  private static CodedException refused(String detail) {
    return new CodedException(ServiceError.SIGN_IN_REFUSED, detail);
  }
}
