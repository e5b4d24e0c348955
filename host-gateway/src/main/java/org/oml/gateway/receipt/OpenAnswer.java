package org.oml.gateway.receipt;

import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignedReceipt;

/**
 * An answer that may begin: its permit and its opening receipt are in the journal.
 *
 * @param salt drawn for this query
 * @param permit under which it is answered
 * @param opening the receipt with which it opens
 */
public record OpenAnswer(Bytes32 salt, Optional<IssuedPermit> permit, SignedReceipt opening) {}
