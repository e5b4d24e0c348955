/**
 * Attacks on a fingerprinted model by whoever has its weights, and what survives them: what is left
 * of the fingerprints beside what is left of the model.
 */
@NullMarked
package org.oml.trainer.attack;

import org.jspecify.annotations.NullMarked;
