/** Writes and reads the protocol's values in JSON as the conventions have them. */
@NullMarked
package org.oml.servicekit.wire;

import org.jspecify.annotations.NullMarked;
