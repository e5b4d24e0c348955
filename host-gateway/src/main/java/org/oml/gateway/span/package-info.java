/** Sends the gateway's traces to the host's own collector. */
@NullMarked
package org.oml.gateway.span;

import org.jspecify.annotations.NullMarked;
