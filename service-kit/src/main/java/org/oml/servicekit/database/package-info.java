/**
 * Gives a service its schema in PostgreSQL, migrated before anything uses it, and waits for a
 * database that is late.
 */
@NullMarked
package org.oml.servicekit.database;

import org.jspecify.annotations.NullMarked;
