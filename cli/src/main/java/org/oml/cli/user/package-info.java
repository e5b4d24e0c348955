/** A user of a host's model: checks what the host signed. */
@NullMarked
package org.oml.cli.user;

import org.jspecify.annotations.NullMarked;
