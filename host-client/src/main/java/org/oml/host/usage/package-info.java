/**
 * What this host has had of permits, counted from its own journal, and how it acknowledges that.
 */
@NullMarked
package org.oml.host.usage;

import org.jspecify.annotations.NullMarked;
