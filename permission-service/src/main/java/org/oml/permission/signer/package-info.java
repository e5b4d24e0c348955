/** The keys that sign permits, wherever they are kept, and which of them serves now. */
@NullMarked
package org.oml.permission.signer;

import org.jspecify.annotations.NullMarked;
