/**
 * Brings cases N and T: plans that a panel of provers asks, and the panels of others' plans on
 * which this prover sits.
 */
@NullMarked
package org.oml.prover.panel;

import org.jspecify.annotations.NullMarked;
