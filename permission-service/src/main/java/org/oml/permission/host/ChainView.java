package org.oml.permission.host;

import java.time.Instant;

/**
 * What is known of the chain.
 *
 * @param register made of its facts
 * @param asOf when the chain was last looked at
 */
public record ChainView(HostRegister register, Instant asOf) {}
