package org.oml.permission.signer;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Signature;

/**
 * A key that signs permits. It may lie in a keystore, in a key management service or in a hardware
 * module: what signs need not give the key away. Many threads sign at once.
 */
public interface PermitSigner {

  /** The account of the key, which the PermitLedger authorises. */
  Address address();

  /**
   * Signs a digest, with low s.
   *
   * @throws org.oml.protocol.CodedException {@link org.oml.permission.PermissionError#SIGNER_AWAY}
   *     where the key cannot be reached
   */
  Signature sign(Bytes32 digest);
}
