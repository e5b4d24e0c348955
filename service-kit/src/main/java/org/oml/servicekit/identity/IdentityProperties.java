package org.oml.servicekit.identity;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How accounts sign in at a service.
 *
 * @param tokenKeyFile file with the key of the tokens, 32 bytes in hex; the same for every instance
 *     of a service
 * @param url under which people reach the service; it stands in what they sign
 * @param chainId of EIP-155, as it stands in what they sign
 * @param tokenLife how long a token serves
 * @param challengeLife how long a challenge can be answered
 */
@ConfigurationProperties("oml.identity")
record IdentityProperties(
    @Nullable Path tokenKeyFile,
    @Nullable URI url,
    @DefaultValue("31337") BigInteger chainId,
    @DefaultValue("15m") Duration tokenLife,
    @DefaultValue("5m") Duration challengeLife) {}
