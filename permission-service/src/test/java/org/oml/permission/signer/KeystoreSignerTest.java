package org.oml.permission.signer;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningKey;

class KeystoreSignerTest extends PermitSignerContract {

  @TempDir private Path directory;

  @Override
  protected PermitSigner signer() throws Exception {
    Path keystore = directory.resolve("signer.json");
    Path password = directory.resolve("signer.password");
    Keystore.write(SigningKey.random(), keystore, password);
    return KeystoreSigner.open(keystore, password);
  }
}
