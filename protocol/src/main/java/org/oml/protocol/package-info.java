/** The OML protocol, version 1: what is hashed, signed and sent, and nothing about how. */
@NullMarked
package org.oml.protocol;

import org.jspecify.annotations.NullMarked;
