/** The community's proposals, votes and shares as the chain has them. */
@NullMarked
package org.oml.registry.governance;

import org.jspecify.annotations.NullMarked;
