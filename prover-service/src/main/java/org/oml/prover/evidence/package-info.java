/** Tells evidence from its absence, and takes it to the penalty court, step by durable step. */
@NullMarked
package org.oml.prover.evidence;

import org.jspecify.annotations.NullMarked;
