/** Reads the contracts' events in order, once, and takes back what a reorganisation undid. */
@NullMarked
package org.oml.chain.read;

import org.jspecify.annotations.NullMarked;
