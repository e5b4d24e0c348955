/**
 * Who this gateway answers for: its instance, its host's address and the key that the host's wallet
 * named.
 */
@NullMarked
package org.oml.gateway.host;

import org.jspecify.annotations.NullMarked;
