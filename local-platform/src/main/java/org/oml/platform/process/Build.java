package org.oml.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Tells one build of a program from another. */
final class Build {

  private Build() {}

  /**
   * A hash over the class path, with the size and time of each jar, and the JDK's version.
   *
   * @return 16 hexadecimal digits
   */
  static String of(List<Path> classPath) {
    MessageDigest digest = sha256();
    digest.update((Runtime.version() + "\n").getBytes(StandardCharsets.UTF_8));
    for (Path jar : classPath) {
      digest.update(line(jar).getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static String line(Path jar) {
    try {
      return jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar).toMillis() + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
