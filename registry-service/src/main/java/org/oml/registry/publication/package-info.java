/** Puts instances on chain and believes that they are there when the chain says so. */
@NullMarked
package org.oml.registry.publication;

import org.jspecify.annotations.NullMarked;
