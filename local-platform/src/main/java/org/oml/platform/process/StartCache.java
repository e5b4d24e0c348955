package org.oml.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's start-up cache of one program in one build: classes as they are after loading and
 * linking.
 *
 * @param file where it is, or will be
 * @param build hash over the class path, with the size and time of each jar, and the JDK's version
 */
record StartCache(Path file, String build) {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  static StartCache of(Path directory, String mainClass, List<Path> classPath) {
    MessageDigest digest = sha256();
    digest.update((Runtime.version() + "\n" + mainClass + "\n").getBytes(StandardCharsets.UTF_8));
    for (Path jar : classPath) {
      digest.update(line(jar).getBytes(StandardCharsets.UTF_8));
    }
    String build = HexFormat.of().formatHex(digest.digest(), 0, 8);
    String program = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    return new StartCache(directory.resolve(program + "-" + build + ".jsa"), build);
  }

  /**
   * The command, with what makes the JVM use the cache if it is there, and able to make it if it is
   * not.
   */
  static List<String> applied(ManagedProcess process) {
    String cache = process.startCache();
    if (cache == null) {
      return process.command();
    }
    List<String> command = new ArrayList<>(process.command());
    command.add(
        1,
        Files.isRegularFile(Path.of(cache))
            ? "-XX:SharedArchiveFile=" + cache
            : "-XX:+RecordDynamicDumpInfo");
    return command;
  }

  static boolean missing(ManagedProcess process) {
    String cache = process.startCache();
    return cache != null && !Files.exists(Path.of(cache)) && !Files.exists(given(Path.of(cache)));
  }

  /**
   * Makes the cache of a running process and removes those of earlier builds. If it fails it is not
   * tried again.
   *
   * @return what was done, a sentence
   */
  static String make(ManagedProcess process, ProcessIdentity identity) {
    Path cache = Path.of(Objects.requireNonNull(process.startCache()));
    Path fresh = cache.resolveSibling(cache.getFileName() + ".fresh");
    try {
      Files.createDirectories(cache.getParent());
      Files.deleteIfExists(fresh);
      Process dump =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(identity.pid()),
                  "VM.cds",
                  "dynamic_dump",
                  fresh.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!dump.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || !Files.exists(fresh)) {
        dump.destroyForcibly();
        Files.writeString(given(cache), "");
        return process.name() + ": no start-up cache could be made; it starts without.";
      }
      removeEarlier(cache);
      Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
      return process.name() + ": start-up cache made.";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return process.name() + ": making the start-up cache was interrupted.";
    }
  }

  /** Marks a cache that could not be made. */
  private static Path given(Path cache) {
    return cache.resolveSibling(cache.getFileName() + ".failed");
  }

  private static void removeEarlier(Path cache) throws IOException {
    String file = cache.getFileName().toString();
    String program = file.substring(0, file.lastIndexOf('-'));
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(cache.getParent(), program + "-*.jsa")) {
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    }
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
