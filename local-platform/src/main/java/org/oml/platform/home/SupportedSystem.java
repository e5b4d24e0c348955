package org.oml.platform.home;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.oml.protocol.CodedException;

/** The systems for which this project brings a database, a chain and an inference engine. */
public final class SupportedSystem {

  private static final Path GLIBC_LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");

  private SupportedSystem() {}

  /**
   * Does nothing on Linux x86-64 with glibc.
   *
   * @throws CodedException {@link PlatformError#SYSTEM_UNSUPPORTED} elsewhere
   */
  public static void require() {
    require(
        System.getProperty("os.name"), System.getProperty("os.arch"), Files.exists(GLIBC_LOADER));
  }

  static void require(String system, String architecture, boolean glibc) {
    String lower = architecture.toLowerCase(Locale.ROOT);
    boolean intel = lower.equals("amd64") || lower.equals("x86_64");
    if (!system.equals("Linux") || !intel || !glibc) {
      throw new CodedException(
          PlatformError.SYSTEM_UNSUPPORTED,
          "The local platform runs on Linux x86-64 with glibc; this is %s on %s%s."
              .formatted(system, architecture, glibc ? "" : " without glibc"));
    }
  }
}
