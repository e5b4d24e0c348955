package org.oml.registry.suspension;

import org.oml.protocol.Address;

/**
 * A host that downloads nothing until an admin lifts this.
 *
 * @param reason in the admin's words, 1 to 500 characters; the host reads it
 * @param since seconds since 1970
 */
public record Suspension(Address host, String reason, long since) {}
