/** Signs what was answered under which permit. */
@NullMarked
package org.oml.host.receipt;

import org.jspecify.annotations.NullMarked;
