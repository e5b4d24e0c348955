/**
 * Fingerprints that the instances of a model share by a tracing code, and models that are asked for
 * them to learn whose copy they are.
 */
@NullMarked
package org.oml.trainer.tracing;

import org.jspecify.annotations.NullMarked;
