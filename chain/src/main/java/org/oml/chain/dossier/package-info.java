/** Checks what a prover says of a case against the chain, without the prover. */
@NullMarked
package org.oml.chain.dossier;

import org.jspecify.annotations.NullMarked;
