package org.oml.cli.platform;

import java.nio.file.Path;

/** Where the password of a keystore lies unless somebody says otherwise. */
public final class PasswordFile {

  private static final String KEYSTORE = ".json";

  private PasswordFile() {}

  /** The file beside a keystore that ends in {@code .password}. */
  public static Path beside(Path keystore) {
    String name = String.valueOf(keystore.getFileName());
    int end = name.endsWith(KEYSTORE) ? name.length() - KEYSTORE.length() : name.length();
    return keystore.resolveSibling(name.substring(0, end) + ".password");
  }
}
