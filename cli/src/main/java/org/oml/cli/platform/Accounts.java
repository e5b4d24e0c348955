package org.oml.cli.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.oml.protocol.Keccak;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;

/** Named accounts of a platform: keystores in one directory, made when first asked for. */
public final class Accounts {

  private final Path directory;
  private final OptionalLong seed;

  /**
   * @param directory of the keystores
   * @param seed makes the accounts of a demonstration repeatable, and guessable: never where stake
   *     is real
   */
  public Accounts(Path directory, OptionalLong seed) {
    this.directory = directory;
    this.seed = seed;
  }

  /** The account of this name. */
  public SigningKey get(String name) {
    try {
      if (!Files.exists(keystore(name))) {
        Files.createDirectories(directory);
        Files.deleteIfExists(passwordFile(name));
        Keystore.write(draw(name), keystore(name), passwordFile(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Keystore.load(keystore(name), passwordFile(name));
  }

  public Path keystore(String name) {
    return directory.resolve(name + ".json");
  }

  public Path passwordFile(String name) {
    return directory.resolve(name + ".password");
  }

  private SigningKey draw(String name) {
    return seed.isPresent()
        ? SigningKey.of(
            new Keccak().add("oml.demo.account").addLong(seed.getAsLong()).add(name).hash())
        : SigningKey.random();
  }
}
