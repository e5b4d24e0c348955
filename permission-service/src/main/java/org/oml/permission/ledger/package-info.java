/** The permits on record: a permit that was answered is here, whatever dies. */
@NullMarked
package org.oml.permission.ledger;

import org.jspecify.annotations.NullMarked;
