package org.oml.prover.vault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.prover.ProverError;

/** The key that wraps the data keys, from a file: 32 bytes as hexadecimal digits. */
final class KeyFile {

  private KeyFile() {}

  /**
   * @throws CodedException {@link ProverError#VAULT_KEY_INVALID} when the file is missing or of
   *     another form
   */
  static SealingKey load(Path file) {
    return SealingKey.of(bytes(file));
  }

  /**
   * The private key for what is sealed on its way to the vault. It follows from the file, so that
   * there is one secret to keep.
   *
   * @throws CodedException {@link ProverError#VAULT_KEY_INVALID}, as {@link #load}
   */
  static Bytes32 transportKey(Path file) {
    return Keccak.of("oml.vault.transport.v1".getBytes(StandardCharsets.UTF_8), bytes(file));
  }

  private static byte[] bytes(Path file) {
    try {
      String text = Files.readString(file).strip().toLowerCase(Locale.ROOT);
      String digits = text.startsWith("0x") ? text.substring(2) : text;
      if (!digits.matches("[0-9a-f]{64}")) {
        throw invalid("The vault's key file does not hold 64 hexadecimal digits.");
      }
      return HexFormat.of().parseHex(digits);
    } catch (IOException e) {
      throw invalid("The vault's key file " + file.getFileName() + " cannot be read.");
    }
  }

  private static CodedException invalid(String detail) {
    return new CodedException(ProverError.VAULT_KEY_INVALID, detail);
  }
}
