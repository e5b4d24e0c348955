/** Trains secret fingerprints into a language model, one instance for each host. */
@NullMarked
package org.oml.trainer;

import org.jspecify.annotations.NullMarked;
