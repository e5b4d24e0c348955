package org.oml.permission.host;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * A host's copy of a model, as published on chain.
 *
 * @param modelId the model
 * @param instanceId the copy
 * @param host the wallet
 * @param termsVersion of the terms that the host signed for it
 */
public record Instance(Bytes32 modelId, Bytes32 instanceId, Address host, int termsVersion) {}
