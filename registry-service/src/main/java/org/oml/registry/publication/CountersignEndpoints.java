package org.oml.registry.publication;

import java.time.Instant;
import org.oml.chain.ChainError;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;
import org.oml.registry.RegistryError;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.oml.servicekit.identity.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where a host countersigns what was made for it. */
@RestController
final class CountersignEndpoints {

  private static final Logger LOG = LoggerFactory.getLogger(CountersignEndpoints.class);

  private final Instances instances;
  private final ChainView chain;
  private final Publisher publisher;

  CountersignEndpoints(Instances instances, ChainView chain, Publisher publisher) {
    this.instances = instances;
    this.chain = chain;
    this.publisher = publisher;
  }

  record CountersignRequest(InstanceAcceptance acceptance, Signature signature) {}

  record Countersigned(Bytes32 instanceId, InstanceState state) {}

  @PostMapping("/v1/instances/{instanceId}/acceptance")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Countersigned countersign(
      Caller caller, @PathVariable String instanceId, @RequestBody CountersignRequest request) {
    if (!instanceId.equals(request.acceptance().instanceId().toString())) {
      throw new CodedException(
          RegistryError.INSTANCE_UNKNOWN, "The path and the acceptance name two instances.");
    }
    Instance instance = instances.get(request.acceptance().instanceId(), caller.address());
    switch (instance.state()) {
      case QUEUED, TRAINING, FAILED ->
          throw new CodedException(
              RegistryError.INSTANCE_NOT_READY, "The instance is " + instance.state() + ".");
      case TRAINED -> accept(instance, request.acceptance(), request.signature());
      case PUBLISHING, PUBLISHED -> {
        // The answer to the first call may have been lost.
      }
    }
    Instance now = instances.get(instance.instanceId(), caller.address());
    return new Countersigned(now.instanceId(), now.state());
  }

  private void accept(Instance instance, InstanceAcceptance acceptance, Signature signature) {
    if (!acceptance.signer(chain.signingDomain(), signature).equals(instance.licence().host())) {
      throw new CodedException(
          RegistryError.ACCEPTANCE_NOT_SIGNED,
          "The signature is not of " + instance.licence().host() + ".");
    }
    Manifest manifest = instance.manifest();
    if (manifest == null || !acceptance.manifestHash().equals(manifest.hash())) {
      throw differs("manifestHash");
    }
    if (!acceptance.fingerprintRoot().equals(instance.fingerprintRoot().orElseThrow())) {
      throw differs("fingerprintRoot");
    }
    if (acceptance.deadline() <= Instant.now().getEpochSecond()) {
      throw new CodedException(RegistryError.ACCEPTANCE_EXPIRED, "The deadline has passed.");
    }
    instances.publishing(instance.instanceId(), acceptance, signature);
    instances.find(instance.instanceId()).ifPresent(this::publish);
  }

  /** It is kept by now: if the chain is away the publisher's loop goes on with it. */
  private void publish(Instance instance) {
    try {
      if (instance.state() == InstanceState.PUBLISHING) {
        publisher.advance(instance);
      }
    } catch (CodedException e) {
      if (e.code() != ChainError.UNREACHABLE) {
        LOG.warn("Publishing {} goes on after: {}", instance.instanceId(), e.getMessage());
      }
    }
  }

  private static CodedException differs(String member) {
    return new CodedException(
        RegistryError.ACCEPTANCE_DIFFERS,
        "The member " + member + " is not that of GET /v1/instances/{instanceId}.");
  }
}
