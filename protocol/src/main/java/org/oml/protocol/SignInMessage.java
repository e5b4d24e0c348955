package org.oml.protocol;

import java.math.BigInteger;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text with which an account signs in (EIP-4361).
 *
 * @param domain host and port of the service that asks, such as {@code 127.0.0.1:7501}
 * @param address who signs in
 * @param statement what signing means, one line
 * @param uri of the service
 * @param chainId of EIP-155
 * @param nonce at least eight letters and digits
 * @param issuedAt when the challenge was made
 * @param expiresAt until when it can be answered
 */
public record SignInMessage(
    String domain,
    Address address,
    String statement,
    String uri,
    BigInteger chainId,
    String nonce,
    Instant issuedAt,
    Instant expiresAt) {

  private static final Pattern FORM =
      Pattern.compile(
          """
          ([^\\s/]+) wants you to sign in with your Ethereum account:
          (0x[0-9a-fA-F]{40})

          ([^\\n]+)

          URI: (\\S+)
          Version: 1
          Chain ID: ([0-9]{1,78})
          Nonce: ([A-Za-z0-9]{8,})
          Issued At: (\\S+)
          Expiration Time: (\\S+)\
          """);

  /**
   * @throws CodedException {@link ProtocolError#SIGN_IN_MALFORMED} for anything that {@link #text}
   *     would not write
   */
  public static SignInMessage parse(String text) {
    Matcher found = FORM.matcher(text);
    if (text.length() > 2048 || !found.matches()) {
      throw new CodedException(
          ProtocolError.SIGN_IN_MALFORMED,
          "Not a sign-in message of EIP-4361 as this service writes it.");
    }
    try {
      SignInMessage message =
          new SignInMessage(
              found.group(1),
              Address.parse(found.group(2)),
              found.group(3),
              found.group(4),
              new BigInteger(found.group(5)),
              found.group(6),
              Instant.parse(found.group(7)),
              Instant.parse(found.group(8)));
      if (message.text().equals(text)) {
        return message;
      }
    } catch (DateTimeParseException e) {
      throw new CodedException(
          ProtocolError.SIGN_IN_MALFORMED, "A time in the message is not of RFC 3339.");
    }
    throw new CodedException(
        ProtocolError.SIGN_IN_MALFORMED,
        "A number, a time or the address is not in the one form that this service writes.");
  }

  /** The text to sign. */
  public String text() {
    return """
    %s wants you to sign in with your Ethereum account:
    %s

    %s

    URI: %s
    Version: 1
    Chain ID: %s
    Nonce: %s
    Issued At: %s
    Expiration Time: %s\
    """
        .formatted(domain, address, statement, uri, chainId, nonce, issuedAt, expiresAt);
  }

  /** Whether the account named in the message made this signature over it (EIP-191). */
  public boolean isSignedBy(Signature signature) {
    return Secp256k1.recover(SigningKey.messageDigest(text()), signature).equals(address);
  }
}
