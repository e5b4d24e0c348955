package org.oml.servicekit.database;

/**
 * Tables that a library brings into a service's schema, migrated apart from the service's own.
 *
 * @param name of the part; its history is the table {@code <name>_history}
 * @param location of its migrations, such as {@code classpath:db/identity}; never below {@code
 *     db/migration}, which is the service's own
 */
public record SchemaPart(String name, String location) {}
