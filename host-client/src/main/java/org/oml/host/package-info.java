/**
 * For hosts that want σ(q) in their own server: {@link org.oml.host.HostClient} opens and closes
 * answers with permit and receipts. The host gateway is built on the same parts.
 */
@NullMarked
package org.oml.host;

import org.jspecify.annotations.NullMarked;
