/** The hosts' own copies of a model, from the request to the chain. */
@NullMarked
package org.oml.registry.instance;

import org.jspecify.annotations.NullMarked;
