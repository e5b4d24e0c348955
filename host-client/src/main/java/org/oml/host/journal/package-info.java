/**
 * Permits and receipts of this host, on its own disk before an answer leaves: they are its defence.
 */
@NullMarked
package org.oml.host.journal;

import org.jspecify.annotations.NullMarked;
