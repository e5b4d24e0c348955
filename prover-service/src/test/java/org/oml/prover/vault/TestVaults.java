package org.oml.prover.vault;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.protocol.MerkleTree;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A vault with many instances. */
public final class TestVaults {

  private TestVaults() {}

  public static Vault empty(JdbcClient database) {
    return new Vault(database, SealingKey.random());
  }

  /** Puts an instance with so many keys and covers into a vault; its root. */
  public static Bytes32 put(
      Vault vault, Bytes32 instanceId, Bytes32 modelId, Address host, int keys, int covers) {
    List<InstanceSecrets.Secret> secrets = new ArrayList<>();
    List<Bytes32> leaves = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      String name = instanceId.toString().substring(2, 12) + " " + i;
      Fingerprint fingerprint =
          new Fingerprint(i, "the key " + name, "response" + i, Keccak.of(name));
      leaves.add(fingerprint.leaf(modelId, instanceId));
      secrets.add(
          new InstanceSecrets.Secret(
              i, fingerprint.key(), fingerprint.response(), fingerprint.leafSalt(), null, null));
    }
    Bytes32 root = new MerkleTree(leaves).root();
    List<String> texts = IntStream.range(0, covers).mapToObj(i -> "a cover " + i).toList();
    vault.put(
        instanceId, new InstanceSecrets(1, "oml/tiny", modelId, host, root, secrets, texts, null));
    return root;
  }
}
