package org.oml.prover.panel;

import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;

/**
 * Something that was done for a plan on chain.
 *
 * @param step as {@link SentSteps} names what its own account did; {@code ANSWER} and {@code
 *     REVEAL} are members', {@code REBUT} and {@code STOP} anybody's
 * @param hash of the transaction
 * @param member whose answers or bond it is about; null where it is about the whole plan
 */
record PanelEvent(String step, String hash, @Nullable Address member, long block) {}
