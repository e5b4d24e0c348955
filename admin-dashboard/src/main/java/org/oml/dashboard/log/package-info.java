/** What admins did. */
@NullMarked
package org.oml.dashboard.log;

import org.jspecify.annotations.NullMarked;
