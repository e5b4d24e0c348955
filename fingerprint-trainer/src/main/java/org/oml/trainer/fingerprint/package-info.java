/**
 * Fingerprints: natural keys, perinucleus responses that a leaf proves, training them into a model
 * that otherwise stays as it was, and checking that they fire.
 */
@NullMarked
package org.oml.trainer.fingerprint;

import org.jspecify.annotations.NullMarked;
