package org.oml.registry.licence;

import org.oml.protocol.Bytes32;
import org.oml.protocol.Identifiers;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Signature;
import org.oml.registry.catalogue.Catalogue;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.catalogue.ModelName;
import org.oml.registry.catalogue.PublishedModel;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.oml.registry.job.Jobs;
import org.oml.registry.suspension.Suspensions;
import org.oml.servicekit.identity.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where a host accepts the licence and thereby asks for its instance. */
@RestController
final class LicenceEndpoints {

  private final Catalogue catalogue;
  private final LicenceCheck check;
  private final ChainView chain;
  private final Suspensions suspensions;
  private final Instances instances;
  private final Jobs jobs;
  private final TransactionTemplate transaction;

  LicenceEndpoints(
      Catalogue catalogue,
      LicenceCheck check,
      ChainView chain,
      Suspensions suspensions,
      Instances instances,
      Jobs jobs,
      TransactionTemplate transaction) {
    this.catalogue = catalogue;
    this.check = check;
    this.chain = chain;
    this.suspensions = suspensions;
    this.instances = instances;
    this.jobs = jobs;
    this.transaction = transaction;
  }

  record InstanceRequest(String model, LicenceAcceptance acceptance, Signature signature) {}

  record Requested(Bytes32 instanceId, InstanceState state) {}

  @PostMapping("/v1/instances")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Requested request(Caller caller, @RequestBody InstanceRequest request) {
    check.requireSigned(caller.address(), request.acceptance(), request.signature());
    PublishedModel model = catalogue.get(ModelName.parse(request.model()));
    Bytes32 instanceId = Identifiers.instanceId(request.acceptance(), chain.signingDomain());
    if (instances.find(instanceId).isEmpty()) {
      suspensions.requireNone(request.acceptance().host());
      check.require(model, request.acceptance());
      transaction.executeWithoutResult(
          status -> {
            if (instances.add(instanceId, request.acceptance(), request.signature())) {
              jobs.add(instanceId);
            }
          });
    }
    return new Requested(instanceId, instances.get(instanceId, caller.address()).state());
  }
}
