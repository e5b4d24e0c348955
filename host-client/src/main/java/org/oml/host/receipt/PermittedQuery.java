package org.oml.host.receipt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;

/**
 * A query that may be answered.
 *
 * @param salt drawn for this query
 * @param contextHash of everything in the query around the user's text
 * @param permit under which it is answered
 * @param receipt what is signed when the answer opens: its response root is zero
 */
public record PermittedQuery(
    Bytes32 salt, Bytes32 contextHash, Optional<IssuedPermit> permit, Receipt receipt) {

  /** The receipt of an answer, which differs from the opening one in the response root alone. */
  Receipt receiptOf(ResponseRoot answer) {
    return new Receipt(
        receipt.modelId(),
        receipt.instanceId(),
        receipt.host(),
        receipt.queryHash(),
        answer.root(salt),
        receipt.permitHash(),
        receipt.servedAt(),
        receipt.clientRef());
  }

  /** What goes out before the answer's first byte, as {@code docs/protocol.md} names it. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("OML-Salt", salt.toString());
    permit.ifPresent(present -> headers.put("OML-Permit", present.encode()));
    return headers;
  }
}
