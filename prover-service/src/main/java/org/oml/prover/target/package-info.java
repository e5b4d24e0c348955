/** Asks an endpoint as an ordinary client would, and keeps what it said. */
@NullMarked
package org.oml.prover.target;

import org.jspecify.annotations.NullMarked;
