/** What the community decides and what its shares earn. */
@NullMarked
package org.oml.dashboard.governance;

import org.jspecify.annotations.NullMarked;
