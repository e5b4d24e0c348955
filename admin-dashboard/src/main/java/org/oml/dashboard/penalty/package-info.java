/** The page of one case, with the way that it went. */
@NullMarked
package org.oml.dashboard.penalty;

import org.jspecify.annotations.NullMarked;
