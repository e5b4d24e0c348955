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

/**
 * The JDK's start-up cache of one program in one build: classes as they are after loading and
 * linking.
 *
 * @param file where it is, or will be
 * @param build hash over the class path, with the size and time of each jar, and the JDK's version
 */
record StartCache(Path file, String build) {

  static StartCache of(Path directory, String mainClass, List<Path> classPath) {
    MessageDigest digest = sha256();
    digest.update((Runtime.version() + "\n" + mainClass + "\n").getBytes(StandardCharsets.UTF_8));
    for (Path jar : classPath) {
      digest.update(line(jar).getBytes(StandardCharsets.UTF_8));
    }
    String build = HexFormat.of().formatHex(digest.digest(), 0, 8);
    String program = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    return new StartCache(directory.resolve(program + "-" + build + ".aot"), build);
  }

  /** What makes the JVM use the cache, if it is there. */
  List<String> jvmArguments() {
    return Files.isRegularFile(file) ? List.of("-XX:AOTCache=" + file) : List.of();
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
