/**
 * The platform's EVM chain, which keeps its state over restarts and whose blocks carry the wall
 * clock's time.
 */
@NullMarked
package org.oml.platform.devchain;

import org.jspecify.annotations.NullMarked;
