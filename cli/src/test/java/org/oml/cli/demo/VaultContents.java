package org.oml.cli.demo;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.SecretFile;
import org.oml.protocol.Bytes32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The fingerprints in the vault of a platform that runs, opened with its key. */
final class VaultContents {

  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final LocalPlatform platform;

  VaultContents(LocalPlatform platform) {
    this.platform = platform;
  }

  /**
   * Adds keys and salts of all fingerprints. A response alone is an ordinary word, which tells
   * nobody anything.
   *
   * @return how many fingerprints there are
   */
  int addTo(PlatformSecrets secrets) throws Exception {
    byte[] vaultKey =
        HexFormat.of()
            .parseHex(
                Files.readString(platform.settings().secrets().resolve("prover-vault.hex"))
                    .strip());
    int found = 0;
    try (Connection database =
            DriverManager.getConnection(
                platform.database().url(),
                "prover",
                SecretFile.readOrDraw(platform.database().passwordFile("prover")));
        Statement statement = database.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select instance_id, wrapped_key, position, sealed"
                    + " from prover.vault_fingerprint join prover.vault_instance using (instance_id)")) {
      while (row.next()) {
        Bytes32 instance = Bytes32.of(row.getBytes("instance_id"));
        byte[] dataKey = open(vaultKey, row.getBytes("wrapped_key"), "data key of " + instance);
        String name = "fingerprint " + row.getInt("position") + " of " + instance;
        add(secrets, name, open(dataKey, row.getBytes("sealed"), name));
        found++;
      }
    }
    return found;
  }

  private static void add(PlatformSecrets secrets, String name, byte[] plain) {
    JsonNode fingerprint = new ObjectMapper().readTree(new String(plain, StandardCharsets.UTF_8));
    secrets.add("key of " + name, fingerprint.required("key").asString());
    secrets.add("salt of " + name, fingerprint.required("leafSalt").asString());
  }

  /** AES-256-GCM: version, nonce, ciphertext and tag, with its purpose authenticated. */
  private static byte[] open(byte[] key, byte[] sealed, String purpose)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(TAG_BITS, Arrays.copyOfRange(sealed, 1, 1 + NONCE)));
    cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
    return cipher.doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
  }
}
