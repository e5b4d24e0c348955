package org.oml.cli.community;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;

/** The licence that a community offers unless it names another. */
public final class Licence {

  private Licence() {}

  public static String text() {
    try (InputStream in = Licence.class.getResourceAsStream("licence.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Bytes32 hash() {
    return Keccak.of(text());
  }
}
