/**
 * Everything that the services need on one machine: database, chain, processes; for the command
 * line and for tests.
 */
@NullMarked
package org.oml.platform;

import org.jspecify.annotations.NullMarked;
