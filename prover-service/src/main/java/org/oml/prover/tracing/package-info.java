/**
 * Traces copies that somebody serves elsewhere to the instances that they came from, by the code in
 * which a model's instances share their keys.
 */
@NullMarked
package org.oml.prover.tracing;

import org.jspecify.annotations.NullMarked;
