/** Hosts that the community's admins suspended. */
@NullMarked
package org.oml.registry.suspension;

import org.jspecify.annotations.NullMarked;
