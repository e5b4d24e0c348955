package org.oml.dashboard.platform;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A base model of the registry.
 *
 * @param name community and model, with a slash between
 */
public record HostedModel(
    String name,
    Bytes32 modelId,
    Address owner,
    String licence,
    Bytes32 licenceHash,
    int termsVersion,
    Bytes32 baseManifestHash,
    Terms terms) {}
