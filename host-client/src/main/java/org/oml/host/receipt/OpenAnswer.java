package org.oml.host.receipt;

import java.util.Map;
import org.oml.protocol.SignedReceipt;

/**
 * An answer that may begin: its permit and its opening receipt are in the journal.
 *
 * @param query that is answered
 * @param opening the receipt with which it opens
 */
public record OpenAnswer(PermittedQuery query, SignedReceipt opening) {

  /** What goes out before the answer's first byte, as {@code docs/protocol.md} names it. */
  public Map<String, String> headers() {
    Map<String, String> headers = query.headers();
    headers.put("OML-Opening-Receipt", opening.encode());
    return headers;
  }
}
