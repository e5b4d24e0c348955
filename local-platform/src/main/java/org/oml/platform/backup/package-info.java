/** Copies of a platform's state, made while it runs, and platforms made from such copies. */
@NullMarked
package org.oml.platform.backup;

import org.jspecify.annotations.NullMarked;
