package org.oml.registry.upload;

import jakarta.persistence.Embeddable;
import org.oml.protocol.Bytes32;

/**
 * A file of a model.
 *
 * @param modelId of a file on its way also that of the instance which a worker makes
 */
@Embeddable
record ModelFileKey(Bytes32 modelId, Bytes32 sha256) {}
