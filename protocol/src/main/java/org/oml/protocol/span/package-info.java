/**
 * Traces: what one question of somebody's makes this process and others do, and how long each part
 * takes. Off unless a process switches it on.
 */
@NullMarked
package org.oml.protocol.span;

import org.jspecify.annotations.NullMarked;
