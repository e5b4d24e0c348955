/** Permits through time, and the epochs that settle them. */
@NullMarked
package org.oml.dashboard.epoch;

import org.jspecify.annotations.NullMarked;
