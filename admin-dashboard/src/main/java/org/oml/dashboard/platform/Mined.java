package org.oml.dashboard.platform;

import org.jspecify.annotations.Nullable;

/**
 * Where a transaction is.
 *
 * @param block null if it is in none
 * @param confirmations blocks from its own to the newest
 */
public record Mined(@Nullable Long block, long confirmations) {}
