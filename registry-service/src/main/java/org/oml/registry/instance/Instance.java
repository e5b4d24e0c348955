package org.oml.registry.instance;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;

/**
 * A host's own copy of a model.
 *
 * @param licence as the host signed it
 * @param licenceSignature over it
 * @param manifest once a worker has made it
 * @param acceptance once the host has countersigned
 * @param acceptanceSignature over it
 * @param transaction that put it on chain
 * @param publishedBlock in which it did; 0 as long as it did not
 * @param updatedAt when its state changed last
 */
public record Instance(
    Bytes32 instanceId,
    InstanceState state,
    Progress progress,
    LicenceAcceptance licence,
    Signature licenceSignature,
    @Nullable Manifest manifest,
    @Nullable InstanceAcceptance acceptance,
    @Nullable Signature acceptanceSignature,
    @Nullable Bytes32 transaction,
    long publishedBlock,
    Instant updatedAt) {

  /** Its fingerprint root, once a worker has made it. */
  public Optional<Bytes32> fingerprintRoot() {
    return Optional.ofNullable(manifest)
        .flatMap(Manifest::instance)
        .map(Manifest.Instance::fingerprintRoot);
  }
}
