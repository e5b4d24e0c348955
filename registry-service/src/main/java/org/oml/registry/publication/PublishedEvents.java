package org.oml.registry.publication;

import org.oml.chain.read.EventPosition;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.Instances;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Believes the chain: an instance is published when a final block says so with just its manifest
 * and its fingerprint root, and no longer when that block is taken back.
 */
@Component
final class PublishedEvents {

  private static final Logger LOG = LoggerFactory.getLogger(PublishedEvents.class);

  private final Instances instances;

  PublishedEvents(Instances instances) {
    this.instances = instances;
  }

  void published(ModelRegistry.InstancePublishedEventResponse event, EventPosition position) {
    Bytes32 instanceId = Bytes32.of(event.instanceId);
    Instance instance = instances.find(instanceId).orElse(null);
    if (instance == null) {
      return;
    }
    Manifest manifest = instance.manifest();
    if (manifest == null
        || !manifest.hash().equals(Bytes32.of(event.manifestHash))
        || !instance.fingerprintRoot().orElseThrow().equals(Bytes32.of(event.fingerprintRoot))) {
      LOG.error("The chain has another {} than this registry; it stays unpublished", instanceId);
      return;
    }
    instances.published(instanceId, position.transactionHash(), position.block());
    LOG.info("Published {} in block {}", instanceId, position.block());
  }

  void forgetFrom(long block) {
    instances.unpublishedFrom(block);
  }
}
