/**
 * Defends the host: watches the chain for cases against it, rebuts them with the permits of the
 * journal, and keeps the journal for as long as a case can reach back.
 */
@NullMarked
package org.oml.gateway.defence;

import org.jspecify.annotations.NullMarked;
