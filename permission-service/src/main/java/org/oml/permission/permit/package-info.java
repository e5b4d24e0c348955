/** Issues σ(q): who may have it, what it says, and who may look it up. */
@NullMarked
package org.oml.permission.permit;

import org.jspecify.annotations.NullMarked;
