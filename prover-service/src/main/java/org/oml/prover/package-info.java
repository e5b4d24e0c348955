/**
 * The prover: keeps the secrets of instances, audits hosts as an ordinary user would, and takes
 * what it finds to the penalty court.
 */
@NullMarked
package org.oml.prover;

import org.jspecify.annotations.NullMarked;
