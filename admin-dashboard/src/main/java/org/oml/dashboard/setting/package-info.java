/** What the operator set, for admins to look up. */
@NullMarked
package org.oml.dashboard.setting;

import org.jspecify.annotations.NullMarked;
