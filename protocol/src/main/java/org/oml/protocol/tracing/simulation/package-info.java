/** Coalitions against codes, by the thousand: who is named, rightly or wrongly. */
@NullMarked
package org.oml.protocol.tracing.simulation;

import org.jspecify.annotations.NullMarked;
