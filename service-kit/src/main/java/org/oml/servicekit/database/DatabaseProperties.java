package org.oml.servicekit.database;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A service's database.
 *
 * @param url JDBC address of PostgreSQL
 * @param user the role of the service
 * @param passwordFile file with the role's password
 * @param schema of the service; named after the role unless set
 * @param poolSize connections at most
 * @param startPatience how long a start waits for the database
 * @param connectPatience how long a call waits for a connection
 */
@ConfigurationProperties("oml.database")
record DatabaseProperties(
    @Nullable String url,
    @Nullable String user,
    @Nullable Path passwordFile,
    @Nullable String schema,
    @DefaultValue("10") int poolSize,
    @DefaultValue("60s") Duration startPatience,
    @DefaultValue("5s") Duration connectPatience) {}
