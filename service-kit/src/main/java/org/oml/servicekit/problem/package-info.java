/**
 * Tells callers what went wrong: every failure becomes a problem detail (RFC 9457) with a code and
 * a next step.
 */
@NullMarked
package org.oml.servicekit.problem;

import org.jspecify.annotations.NullMarked;
