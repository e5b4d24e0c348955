package org.oml.registry.publication;

import org.oml.chain.ContractAddresses;
import org.oml.protocol.Manifest;
import org.oml.protocol.PublishedManifest;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.springframework.stereotype.Component;

/** Signs what the registry publishes, with the account that posts instances. */
@Component
public final class ManifestSigner {

  private final SigningKey account;
  private final SigningDomain domain;

  ManifestSigner(SigningKey account, ContractAddresses addresses) {
    this.account = account;
    this.domain = addresses.signingDomain();
  }

  /** The manifest of an instance with the registry's signature. */
  public Manifest sign(Manifest made) {
    PublishedManifest publication = made.publication().orElseThrow();
    return made.signed(account.sign(publication.digest(domain)));
  }
}
