package org.oml.prover.tracing;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.audit.AuditOffice;
import org.oml.prover.audit.AuditOrder;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.target.Endpoint;
import org.oml.prover.vault.Vault;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes orders for traces. */
@Component
class TraceOffice {

  private final AuditOffice audits;
  private final Vault vault;
  private final ChainRecords chain;
  private final TraceStore traces;

  TraceOffice(AuditOffice audits, Vault vault, ChainRecords chain, TraceStore traces) {
    this.audits = audits;
    this.vault = vault;
    this.chain = chain;
    this.traces = traces;
  }

  /**
   * Plans a trace and begins it. What is asked is fixed from then on, and whoever is traced again
   * is held to half the bound of the time before: asking on until somebody is named would name an
   * innocent.
   *
   * @throws CodedException as an audit's order, or {@link ProverError#CODE_UNKNOWN} or {@link
   *     ProverError#TRACE_MALFORMED}
   */
  @Transactional
  public UUID order(TraceOrder order, Address requestedBy) {
    if (!(order.bound() > 0 && order.bound() < 1)) {
      throw malformed("The probability of naming an innocent lies between 0 and 1.");
    }
    AuditOrder asked = order.asked(instance(order));
    String endpoint = Endpoint.parse(order.endpoint()).toString();
    // From here on nobody else begins to ask the endpoint, so traces of it are counted one by one.
    UUID traceId = audits.trace(asked, requestedBy);
    int times = 1 + traces.before(endpoint);
    traces.insert(traceId, Math.scalb(order.bound(), -times));
    return traceId;
  }

  private Bytes32 instance(TraceOrder order) {
    if (order.instanceId() != null) {
      if (vault.ofOneCode(order.instanceId()).isEmpty()) {
        throw unknown("The vault has no code of instance " + order.instanceId() + ".");
      }
      return order.instanceId();
    }
    List<Bytes32> codes = vault.codes(Optional.ofNullable(order.modelId()));
    if (codes.isEmpty()) {
      throw unknown("The vault has no code by which instances share their keys.");
    }
    if (codes.size() > 1) {
      throw malformed("The vault has " + codes.size() + " codes: name one by an instance of it.");
    }
    return published(codes.getFirst());
  }

  /** Keys are the same in all of them; audits are of instances that are on chain. */
  private Bytes32 published(Bytes32 first) {
    return Stream.concat(Stream.of(first), vault.ofOneCode(first).stream())
        .filter(each -> chain.instance(each).isPresent())
        .findFirst()
        .orElse(first);
  }

  private static CodedException unknown(String detail) {
    return new CodedException(ProverError.CODE_UNKNOWN, detail);
  }

  private static CodedException malformed(String detail) {
    return new CodedException(ProverError.TRACE_MALFORMED, detail);
  }
}
