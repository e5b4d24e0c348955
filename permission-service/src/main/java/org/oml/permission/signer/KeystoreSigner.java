package org.oml.permission.signer;

import java.nio.file.Path;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keystore;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningKey;

/** A key from an encrypted keystore, opened once. */
public final class KeystoreSigner implements PermitSigner {

  private final SigningKey key;

  /** For a key that is in memory already. */
  public KeystoreSigner(SigningKey key) {
    this.key = key;
  }

  /** Opens a keystore (Web3 Secret Storage V3) with the password in a file. */
  public static KeystoreSigner open(Path keystore, Path passwordFile) {
    return new KeystoreSigner(Keystore.load(keystore, passwordFile));
  }

  @Override
  public Address address() {
    return key.address();
  }

  @Override
  public Signature sign(Bytes32 digest) {
    return key.sign(digest);
  }
}
