package org.oml.protocol.tracing;

import org.oml.protocol.Bytes32;

/**
 * An instance before a trace.
 *
 * @param instance which one
 * @param agreements positions at which it has the symbol that was answered
 * @param score sum of what its symbols weigh
 * @param probability that an instance that has nothing to do with the pirate scores as high or
 *     higher; exact
 * @param corrected the same for any of all instances, at most
 * @param named whether that is rare enough to name it
 */
public record Suspect(
    Bytes32 instance,
    int agreements,
    int score,
    double probability,
    double corrected,
    boolean named) {}
