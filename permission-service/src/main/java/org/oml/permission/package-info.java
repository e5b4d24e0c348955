/**
 * The permission service: σ(q), a signed permission for each query, recorded before it is answered.
 */
@NullMarked
package org.oml.permission;

import org.jspecify.annotations.NullMarked;
