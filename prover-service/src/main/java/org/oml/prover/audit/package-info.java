/**
 * Plans audits, asks them at an ordinary pace whatever dies meanwhile, and says what they found.
 */
@NullMarked
package org.oml.prover.audit;

import org.jspecify.annotations.NullMarked;
