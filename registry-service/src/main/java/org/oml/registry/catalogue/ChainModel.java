package org.oml.registry.catalogue;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A model as it stands on chain.
 *
 * @param owner who may publish it here
 * @param publisher who may post instances of it
 * @param termsVersion the current one
 */
public record ChainModel(
    Address owner,
    Address publisher,
    Bytes32 baseManifestHash,
    Bytes32 licenceHash,
    int termsVersion) {}
