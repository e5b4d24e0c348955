/** Audits that an operator asks for, and the cases that came of them. */
@NullMarked
package org.oml.cli.prover;

import org.jspecify.annotations.NullMarked;
