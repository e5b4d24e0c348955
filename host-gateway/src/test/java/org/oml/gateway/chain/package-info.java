/** Calls of the contracts, held against their bindings. */
@NullMarked
package org.oml.gateway.chain;

import org.jspecify.annotations.NullMarked;
