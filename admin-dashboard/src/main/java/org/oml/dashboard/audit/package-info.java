/** The page of one audit. */
@NullMarked
package org.oml.dashboard.audit;

import org.jspecify.annotations.NullMarked;
