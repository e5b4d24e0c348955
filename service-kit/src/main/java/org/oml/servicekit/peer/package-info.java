/** Calls another service as the holder of an account. */
@NullMarked
package org.oml.servicekit.peer;

import org.jspecify.annotations.NullMarked;
