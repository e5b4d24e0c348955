/** The hosts and what each of them does. */
@NullMarked
package org.oml.dashboard.host;

import org.jspecify.annotations.NullMarked;
