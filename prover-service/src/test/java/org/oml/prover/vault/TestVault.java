package org.oml.prover.vault;

import java.util.List;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A vault with one instance of one fingerprint. */
public final class TestVault {

  public static final Bytes32 INSTANCE = Keccak.of("instance");
  public static final Bytes32 MODEL = Keccak.of("model");
  public static final Fingerprint FINGERPRINT =
      new Fingerprint(0, "the key", " the response", Keccak.of("salt"));

  private TestVault() {}

  /** Of whatever host; the root is that of the one leaf. */
  public static Vault of(JdbcClient database, Address host) {
    Vault vault = new Vault(database, SealingKey.random());
    InstanceSecrets.Secret secret =
        new InstanceSecrets.Secret(
            FINGERPRINT.index(),
            FINGERPRINT.key(),
            FINGERPRINT.response(),
            FINGERPRINT.leafSalt(),
            null,
            null);
    vault.put(
        INSTANCE,
        new InstanceSecrets(
            1, "oml/tiny", MODEL, host, root(), List.of(secret), List.of("a cover"), null));
    return vault;
  }

  public static Bytes32 root() {
    return FINGERPRINT.leaf(MODEL, INSTANCE);
  }
}
