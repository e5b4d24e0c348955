package org.oml.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Keys at rest: Web3 Secret Storage, version 3, with scrypt and AES-128-CTR, the password in a file
 * beside.
 */
public final class Keystore {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Cost of a key that is written: 2^15 keeps a start below a tenth of a second; the passwords here
   * are random.
   */
  private static final int COST = 1 << 15;

  private static final int LARGEST_COST = 1 << 20;

  /**
   * A bound of 1 GiB of memory for what a file may ask for; usual wallets ask for a quarter of it.
   */
  private static final long LARGEST_WORK = 1L << 23;

  private Keystore() {}

  /**
   * Opens a keystore.
   *
   * @throws CodedException {@link ProtocolError#KEYSTORE_INVALID} when a file is missing, of
   *     another form, or the password is wrong
   */
  public static SigningKey load(Path file, Path passwordFile) {
    try {
      JsonNode keystore = JSON.readTree(Files.readAllBytes(file));
      JsonNode crypto = keystore.path("crypto");
      JsonNode parameters = crypto.path("kdfparams");
      int cost = parameters.path("n").asInt(0);
      if (!crypto.path("kdf").asString("").equals("scrypt")
          || keystore.path("version").asInt(0) != 3
          || !crypto.path("cipher").asString("").equals("aes-128-ctr")
          || cost < 2
          || cost > LARGEST_COST) {
        throw invalid(file, "is not a version 3 keystore with scrypt and aes-128-ctr", null);
      }
      byte[] derived = derive(password(passwordFile), hex(parameters, "salt"), cost, parameters);
      byte[] sealed = hex(crypto, "ciphertext");
      byte[] mac = Keccak.of(Arrays.copyOfRange(derived, 16, 32), sealed).toBytes();
      if (!MessageDigest.isEqual(mac, hex(crypto, "mac"))) {
        throw invalid(
            file, "does not open with the password in " + passwordFile.getFileName(), null);
      }
      return SigningKey.of(
          Bytes32.of(
              cipher(
                  Cipher.DECRYPT_MODE, derived, hex(crypto.path("cipherparams"), "iv"), sealed)));
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      throw invalid(file, "cannot be read", e);
    }
  }

  /**
   * Writes a key and a random password for it, both readable by their owner alone; neither may
   * exist.
   */
  public static void write(SigningKey key, Path file, Path passwordFile) throws IOException {
    SecureRandom random = new SecureRandom();
    byte[] passwordBytes = new byte[24];
    random.nextBytes(passwordBytes);
    String password = HexFormat.of().formatHex(passwordBytes);
    byte[] salt = new byte[32];
    byte[] iv = new byte[16];
    random.nextBytes(salt);
    random.nextBytes(iv);
    Map<String, Object> parameters =
        Map.of("n", COST, "r", 8, "p", 1, "dklen", 32, "salt", HexFormat.of().formatHex(salt));
    byte[] derived = derive(password, salt, COST, JSON.valueToTree(parameters));
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, derived, iv, key.secret().toBytes());
    byte[] mac = Keccak.of(Arrays.copyOfRange(derived, 16, 32), sealed).toBytes();
    Map<String, Object> crypto =
        Map.of(
            "cipher",
            "aes-128-ctr",
            "cipherparams",
            Map.of("iv", HexFormat.of().formatHex(iv)),
            "ciphertext",
            HexFormat.of().formatHex(sealed),
            "kdf",
            "scrypt",
            "kdfparams",
            parameters,
            "mac",
            HexFormat.of().formatHex(mac));
    String address = HexFormat.of().formatHex(key.address().toBytes());
    Map<String, Object> keystore =
        Map.of(
            "version", 3, "id", UUID.randomUUID().toString(), "address", address, "crypto", crypto);
    writePrivately(passwordFile, password.getBytes(StandardCharsets.UTF_8));
    writePrivately(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(keystore));
  }

  private static void writePrivately(Path file, byte[] bytes) throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
      channel.write(java.nio.ByteBuffer.wrap(bytes));
    }
  }

  private static String password(Path file) throws IOException {
    return Files.readString(file).replaceAll("[\\r\\n]+\\z", "");
  }

  private static byte[] derive(String password, byte[] salt, int cost, JsonNode parameters) {
    int blockSize = parameters.path("r").asInt(0);
    int parallel = parameters.path("p").asInt(0);
    if (blockSize < 1 || parallel < 1 || (long) cost * blockSize * parallel > LARGEST_WORK) {
      throw new IllegalArgumentException("the key derivation asks for too much");
    }
    return SCrypt.generate(
        password.getBytes(StandardCharsets.UTF_8), salt, cost, blockSize, parallel, 32);
  }

  private static byte[] cipher(int mode, byte[] derived, byte[] iv, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(mode, new SecretKeySpec(derived, 0, 16, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the cipher's parameters are out of range", e);
    }
  }

  private static byte[] hex(JsonNode node, String name) {
    return HexFormat.of().parseHex(node.path(name).asString(""));
  }

  private static CodedException invalid(
      Path file, String what, @org.jspecify.annotations.Nullable Exception cause) {
    return new CodedException(
        ProtocolError.KEYSTORE_INVALID,
        "The keystore " + file.getFileName() + " " + what + ".",
        cause);
  }
}
