package org.oml.prover.vault;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the vault is sealed.
 *
 * @param keyFile file with the key that wraps the data keys, 32 bytes in hex; without it the
 *     service does not start
 */
@ConfigurationProperties("oml.prover.vault")
record VaultSettings(@Nullable Path keyFile) {}
