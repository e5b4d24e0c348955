package org.oml.servicekit.problem;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a service takes over HTTP.
 *
 * @param bodyLimit the largest body of a call
 * @param streamedPaths patterns of paths whose bodies are streamed and bounded by the call itself
 */
@ConfigurationProperties("oml.http")
record HttpProperties(
    @DefaultValue("1MB") DataSize bodyLimit, @DefaultValue List<String> streamedPaths) {}
