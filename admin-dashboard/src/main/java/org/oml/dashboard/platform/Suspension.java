package org.oml.dashboard.platform;

import org.oml.protocol.Address;

/**
 * A host that an admin suspended, as one of the services has it.
 *
 * @param reason that the host reads
 * @param since seconds since 1970
 */
public record Suspension(Address host, String reason, long since) {}
