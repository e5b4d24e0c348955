package org.oml.protocol;

/** A structure that somebody signs (EIP-712). */
public interface SignedStructure {

  /** {@code hashStruct} of EIP-712. */
  Bytes32 structHash();

  /** What is signed in a domain. */
  default Bytes32 digest(SigningDomain domain) {
    return domain.digest(structHash());
  }

  /** Who signed this structure; the zero address if the signature recovers to nobody. */
  default Address signer(SigningDomain domain, Signature signature) {
    return Secp256k1.recover(digest(domain), signature);
  }
}
