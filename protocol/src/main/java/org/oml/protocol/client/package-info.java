/** Asks a service of the platform as the holder of an account; needs no framework. */
@NullMarked
package org.oml.protocol.client;

import org.jspecify.annotations.NullMarked;
