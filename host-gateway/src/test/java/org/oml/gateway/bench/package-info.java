/** The gateway beside nginx, before the same engine: {@code host-gateway/bench/gateway.sh}. */
@NullMarked
package org.oml.gateway.bench;

import org.jspecify.annotations.NullMarked;
