/** Where this gateway's permits come from. */
@NullMarked
package org.oml.gateway.permit;

import org.jspecify.annotations.NullMarked;
