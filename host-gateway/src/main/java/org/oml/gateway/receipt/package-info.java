/** Signs what was answered under which permit. */
@NullMarked
package org.oml.gateway.receipt;

import org.jspecify.annotations.NullMarked;
