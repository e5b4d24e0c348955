package org.oml.prover.panel;

import org.jspecify.annotations.Nullable;

/**
 * A transaction.
 *
 * @param hash of the one that is in a block, or of the latest that was sent; null before the first
 * @param done whether it is in a final block
 * @param failure why it will never succeed, null as long as it may
 */
record Sent(@Nullable String hash, boolean done, @Nullable String failure) {}
