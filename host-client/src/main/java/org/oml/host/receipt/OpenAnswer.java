package org.oml.host.receipt;

import java.util.LinkedHashMap;
import java.util.Map;
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
public record OpenAnswer(Bytes32 salt, Optional<IssuedPermit> permit, SignedReceipt opening) {

  /** What goes out before the answer's first byte, as {@code docs/protocol.md} names it. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("OML-Salt", salt.toString());
    permit.ifPresent(present -> headers.put("OML-Permit", present.encode()));
    headers.put("OML-Opening-Receipt", opening.encode());
    return headers;
  }
}
