/** The admins' web pages as a process. */
@NullMarked
package org.oml.dashboard;

import org.jspecify.annotations.NullMarked;
