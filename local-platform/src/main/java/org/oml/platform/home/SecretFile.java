package org.oml.platform.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** A random secret in a file that only its owner reads. */
public final class SecretFile {

  private static final int BYTES = 32;
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int LETTERS = 25;
  private static final int GROUP = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SecretFile() {}

  /**
   * The secret in this file, 64 hexadecimal digits; drawn and stored first if the file is not
   * there.
   */
  public static String readOrDraw(Path file) {
    return readOrDraw(file, SecretFile::key);
  }

  /**
   * Like {@link #readOrDraw(Path)}, for a secret that a person types: five groups of five letters
   * and digits that are not mistaken for each other, 125 bits.
   */
  public static String readOrDrawPassword(Path file) {
    return readOrDraw(file, SecretFile::password);
  }

  private static String key() {
    byte[] random = new byte[BYTES];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static String password() {
    StringBuilder password = new StringBuilder();
    for (int i = 0; i < LETTERS; i++) {
      password
          .append(i > 0 && i % GROUP == 0 ? "-" : "")
          .append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }

  private static String readOrDraw(Path file, Supplier<String> draw) {
    try {
      if (!Files.exists(file)) {
        write(file, draw.get());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String secret) throws IOException {
    Files.createDirectories(
        file.toAbsolutePath().getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(next, secret);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
