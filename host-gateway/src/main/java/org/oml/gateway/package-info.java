/**
 * What a host runs in front of its inference engine: the OpenAI interface, with σ(q) and receipts.
 */
@NullMarked
package org.oml.gateway;

import org.jspecify.annotations.NullMarked;
