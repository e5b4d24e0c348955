package org.oml.registry.governance;

import java.util.Objects;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.catalogue.ModelName;
import org.oml.registry.catalogue.Terms;
import org.oml.registry.oversight.Dashboards;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Builds what an admin's wallet signs. */
@RestController
final class TermsEndpoints {

  private final Catalogue catalogue;
  private final TermsTransactions transactions;
  private final Dashboards dashboards;

  TermsEndpoints(Catalogue catalogue, TermsTransactions transactions, Dashboards dashboards) {
    this.catalogue = catalogue;
    this.transactions = transactions;
    this.dashboards = dashboards;
  }

  record TermsRequest(Terms terms, String description) {

    TermsRequest {
      Objects.requireNonNull(terms);
      Objects.requireNonNull(description);
    }
  }

  @PostMapping("/v1/models/{community}/{model}/terms/transaction")
  TermsTransactions.Unsigned prepare(
      Caller caller,
      @PathVariable String community,
      @PathVariable String model,
      @RequestBody TermsRequest request) {
    dashboards.require(caller);
    return transactions.prepare(
        catalogue.get(new ModelName(community, model)).modelId(),
        request.terms(),
        request.description());
  }
}
