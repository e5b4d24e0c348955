package org.oml.prover.vault;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * An instance whose secrets the vault has.
 *
 * @param model such as {@code community/model}
 * @param keys how many fingerprints it has
 * @param keysLeft how many of them were never asked and are in no audit's plan
 * @param covers how many cover texts it has
 */
public record VaultedInstance(
    Bytes32 instanceId,
    String model,
    Bytes32 modelId,
    Address host,
    Bytes32 fingerprintRoot,
    int keys,
    int keysLeft,
    int covers) {}
