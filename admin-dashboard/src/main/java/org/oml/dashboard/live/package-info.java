/** Numbers of the overview, and their way to open pages. */
@NullMarked
package org.oml.dashboard.live;

import org.jspecify.annotations.NullMarked;
