/**
 * Which instances a leaked copy came from: a probabilistic fingerprinting code over the
 * fingerprints that instances share, and what its answers prove.
 */
@NullMarked
package org.oml.protocol.tracing;

import org.jspecify.annotations.NullMarked;
