/**
 * The platform's PostgreSQL: a real, durable server without an installation, with a role and a
 * schema for each service.
 */
@NullMarked
package org.oml.platform.database;

import org.jspecify.annotations.NullMarked;
