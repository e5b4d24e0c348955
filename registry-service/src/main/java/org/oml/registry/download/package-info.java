/** Gives files out: whole, in part, or as headers alone. */
@NullMarked
package org.oml.registry.download;

import org.jspecify.annotations.NullMarked;
