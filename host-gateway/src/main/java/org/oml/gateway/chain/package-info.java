/**
 * As much of the chain as a host's defence needs, over JSON-RPC: a few reads, and transactions that
 * are signed here. A gateway that does no more than this carries no chain library.
 */
@NullMarked
package org.oml.gateway.chain;

import org.jspecify.annotations.NullMarked;
