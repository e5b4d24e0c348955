/** What the community's dashboards see of hosts, usage and the chain. */
@NullMarked
package org.oml.permission.oversight;

import org.jspecify.annotations.NullMarked;
