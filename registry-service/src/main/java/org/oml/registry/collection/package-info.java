/** Removes what nobody wants any more. */
@NullMarked
package org.oml.registry.collection;

import org.jspecify.annotations.NullMarked;
