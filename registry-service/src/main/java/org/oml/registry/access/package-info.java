/** Tokens for tools that cannot sign in with a wallet. */
@NullMarked
package org.oml.registry.access;

import org.jspecify.annotations.NullMarked;
