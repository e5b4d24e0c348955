package org.oml.prover.audit;

import java.util.List;
import java.util.UUID;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.prover.audit.AuditStore.Audit;
import org.oml.servicekit.identity.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where operators order audits and see what came of them. */
@RestController
final class AuditEndpoints {

  private static final int MOST = 200;

  private final AuditOffice office;
  private final AuditStore audits;
  private final ProverSettings settings;

  AuditEndpoints(AuditOffice office, AuditStore audits, ProverSettings settings) {
    this.office = office;
    this.audits = audits;
    this.settings = settings;
  }

  record Ordered(UUID auditId) {}

  record Audits(List<Audit> audits) {}

  @PostMapping("/v1/audits")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Ordered order(Caller caller, @RequestBody AuditOrder order) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return new Ordered(office.order(order, caller.address()));
  }

  @GetMapping("/v1/audits")
  Audits all(Caller caller) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return new Audits(audits.newest(MOST));
  }

  @GetMapping("/v1/audits/{auditId}")
  Audit one(Caller caller, @PathVariable UUID auditId) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
    return audits
        .find(auditId)
        .orElseThrow(
            () ->
                new CodedException(
                    ProverError.AUDIT_UNKNOWN, "There is no audit " + auditId + "."));
  }
}
