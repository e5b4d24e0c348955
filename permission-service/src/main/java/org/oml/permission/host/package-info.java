/** What the chain says of hosts: instances, terms, stake, and which keys may sign permits. */
@NullMarked
package org.oml.permission.host;

import org.jspecify.annotations.NullMarked;
