/** Where σ(q) comes from, and what is checked of it before an answer goes out under it. */
@NullMarked
package org.oml.host.permit;

import org.jspecify.annotations.NullMarked;
