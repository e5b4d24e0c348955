/** Orders audits by themselves: at random times or fixed ones, within budgets, never at night. */
@NullMarked
package org.oml.prover.schedule;

import org.jspecify.annotations.NullMarked;
