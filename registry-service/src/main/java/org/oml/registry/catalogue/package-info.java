/** The base models that communities publish, as the chain knows them. */
@NullMarked
package org.oml.registry.catalogue;

import org.jspecify.annotations.NullMarked;
