package org.oml.prover.instance;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * An instance as the chain has it, with those of its terms that matter to evidence.
 *
 * @param activatedAt seconds since 1970; nothing served earlier counts
 * @param contextRoot root of the contexts in which a fingerprint counts
 * @param maximumEvidenceAge seconds from an answer to the commitment at most
 * @param disputeWindow seconds in which anybody may rebut
 */
public record PublishedInstance(
    Bytes32 instanceId,
    Bytes32 modelId,
    Address host,
    long activatedAt,
    Bytes32 fingerprintRoot,
    Bytes32 contextRoot,
    long maximumEvidenceAge,
    long disputeWindow) {}
