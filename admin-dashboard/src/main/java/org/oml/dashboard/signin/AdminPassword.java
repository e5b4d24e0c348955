package org.oml.dashboard.signin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import org.oml.dashboard.DashboardError;
import org.oml.protocol.CodedException;

/** The admin's password, of which the process keeps only a hash. */
final class AdminPassword {

  private static final int SHORTEST = 12;

  private final byte[] hash;

  private AdminPassword(byte[] hash) {
    this.hash = hash;
  }

  /**
   * @throws CodedException {@link DashboardError#PASSWORD_INVALID} if the file does not hold one
   */
  static AdminPassword read(Path file) {
    String text;
    try {
      text = Files.readString(file).replaceAll("[\\r\\n]+\\z", "");
    } catch (IOException e) {
      throw new CodedException(
          DashboardError.PASSWORD_INVALID, "The password file " + file + " cannot be read.", e);
    }
    if (text.codePointCount(0, text.length()) < SHORTEST || text.lines().count() != 1) {
      throw new CodedException(
          DashboardError.PASSWORD_INVALID,
          "The password file " + file + " does not hold one line of 12 characters or more.");
    }
    return new AdminPassword(hash(text));
  }

  /** Takes the same time whatever was given: hashes of equal length are compared whole. */
  boolean matches(String given) {
    return MessageDigest.isEqual(hash, hash(given));
  }

  private static byte[] hash(String text) {
    try {
      // Keyboards differ in how they compose a letter with an accent.
      String normal = Normalizer.normalize(text, Normalizer.Form.NFC);
      return MessageDigest.getInstance("SHA-256").digest(normal.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
