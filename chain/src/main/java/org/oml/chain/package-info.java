/**
 * The chain as the services see it: a client with limits, the addresses of the contracts, coded
 * errors.
 */
@NullMarked
package org.oml.chain;

import org.jspecify.annotations.NullMarked;
