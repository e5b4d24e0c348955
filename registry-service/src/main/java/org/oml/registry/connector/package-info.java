/**
 * The web server's connectors. Tomcat sends files from the one thread that also watches a
 * connector's sockets, so that one connector fills one core; here several share the port.
 */
@NullMarked
package org.oml.registry.connector;

import org.jspecify.annotations.NullMarked;
