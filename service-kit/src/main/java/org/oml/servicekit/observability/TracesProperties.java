package org.oml.servicekit.observability;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where a service's traces go.
 *
 * @param endpoint of a collector that takes OTLP over HTTP, such as {@code
 *     http://127.0.0.1:4318/v1/traces}; without one there are no traces
 * @param share of traces that are kept, from 0 to 1
 */
@ConfigurationProperties("oml.traces")
record TracesProperties(@Nullable URI endpoint, @DefaultValue("1") double share) {}
