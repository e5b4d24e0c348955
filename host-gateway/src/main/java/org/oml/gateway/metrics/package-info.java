/** What the gateway measures of itself, for Prometheus. */
@NullMarked
package org.oml.gateway.metrics;

import org.jspecify.annotations.NullMarked;
