package org.oml.chain.send;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;

/** The key in a keystore file, its password in a file beside. */
class KeystoreSignerTest extends SignerContract {

  @TempDir Path directory;
  private Signer signer;

  @BeforeEach
  void open() throws IOException {
    Path keystore = directory.resolve("key.json");
    Path password = directory.resolve("key.password");
    Keystore.write(SigningKey.random(), keystore, password);
    signer = TransactionSigner.ofKeystore(keystore, password, CHAIN);
  }

  @Override
  Signer signer() {
    return signer;
  }
}
