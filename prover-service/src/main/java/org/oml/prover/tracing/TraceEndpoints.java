package org.oml.prover.tracing;

import java.util.List;
import java.util.UUID;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.prover.tracing.TraceStore.Traced;
import org.oml.servicekit.identity.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where operators order traces and see whom they name. */
@RestController
final class TraceEndpoints {

  private static final int MOST = 200;

  private final TraceOffice office;
  private final TraceStore traces;
  private final ProverSettings settings;

  TraceEndpoints(TraceOffice office, TraceStore traces, ProverSettings settings) {
    this.office = office;
    this.traces = traces;
    this.settings = settings;
  }

  record Ordered(UUID traceId) {}

  record All(List<Traced> traces) {}

  @PostMapping("/v1/traces")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Ordered order(Caller caller, @RequestBody TraceOrder order) {
    requireOperator(caller);
    return new Ordered(office.order(order, caller.address()));
  }

  @GetMapping("/v1/traces")
  All all(Caller caller) {
    requireOperator(caller);
    return new All(traces.newest(MOST));
  }

  @GetMapping("/v1/traces/{traceId}")
  Traced one(Caller caller, @PathVariable UUID traceId) {
    requireOperator(caller);
    return traces
        .find(traceId)
        .orElseThrow(
            () ->
                new CodedException(
                    ProverError.TRACE_UNKNOWN, "There is no trace " + traceId + "."));
  }

  private void requireOperator(Caller caller) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
  }
}
