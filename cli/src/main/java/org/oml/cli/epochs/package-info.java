/** What auditors do: everything that is settled is recomputed from the ledger of permits. */
@NullMarked
package org.oml.cli.epochs;

import org.jspecify.annotations.NullMarked;
