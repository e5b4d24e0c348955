/** Tells the host what needs a person: in the log, and at a webhook. */
@NullMarked
package org.oml.gateway.warning;

import org.jspecify.annotations.NullMarked;
