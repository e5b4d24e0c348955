/** Puts the contracts on a chain, and goes on where it was interrupted. */
@NullMarked
package org.oml.chain.deploy;

import org.jspecify.annotations.NullMarked;
