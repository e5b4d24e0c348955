package org.oml.host;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;

/**
 * Who this gateway answers for.
 *
 * @param modelId the model
 * @param instanceId the host's copy of it
 * @param wallet the host, whose stake answers for what is signed here; its key is not on this
 *     machine
 * @param domain in which receipts are signed
 * @param key the gateway key, which the wallet named in the licence
 */
public record HostIdentity(
    Bytes32 modelId, Bytes32 instanceId, Address wallet, SigningDomain domain, SigningKey key) {}
