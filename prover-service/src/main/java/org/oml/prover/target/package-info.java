/** Asks servers of several kinds as an ordinary client would, and keeps what they said. */
@NullMarked
package org.oml.prover.target;

import org.jspecify.annotations.NullMarked;
