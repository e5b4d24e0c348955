package org.oml.chain.read;

import org.oml.protocol.Bytes32;

/** A block that a reader has read. */
record Place(long number, Bytes32 hash) {}
