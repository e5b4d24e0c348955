/**
 * Keeps what instances would betray themselves by: their fingerprints and covers, sealed at rest,
 * and which were asked.
 */
@NullMarked
package org.oml.prover.vault;

import org.jspecify.annotations.NullMarked;
