package org.oml.registry.catalogue;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;

/**
 * A model as its owner published it here.
 *
 * @param modelId on chain
 * @param name in this registry
 * @param owner who published it
 * @param licence text
 * @param manifest of the base
 */
public record PublishedModel(
    Bytes32 modelId, ModelName name, Address owner, String licence, Manifest manifest) {}
