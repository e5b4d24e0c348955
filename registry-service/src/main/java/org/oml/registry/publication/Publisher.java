package org.oml.registry.publication;

import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.Revert;
import org.oml.chain.send.Intent;
import org.oml.chain.send.IntentState;
import org.oml.chain.send.Submission;
import org.oml.chain.send.TransactionSender;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Signature;
import org.oml.registry.instance.Instance;
import org.oml.registry.instance.InstanceState;
import org.oml.registry.instance.Instances;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Hands every countersigned instance to the sender, again and again until the chain has it or
 * refuses it. The instance is PUBLISHING in the database before the first time, so a process that
 * dies goes on here after its start.
 */
@Component
final class Publisher {

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  private final Instances instances;
  private final TransactionSender sender;
  private final Address contract;
  private final ModelRegistry binding;

  Publisher(
      Instances instances,
      TransactionSender sender,
      ChainClient client,
      ContractAddresses addresses) {
    this.instances = instances;
    this.sender = sender;
    this.contract = addresses.of(Contract.MODEL_REGISTRY);
    this.binding = client.bind(ModelRegistry::load, contract);
  }

  /** Takes a countersigned instance as far as it goes now. */
  void advance(Instance instance) {
    Intent intent = intent(instance);
    Submission submission;
    try {
      submission = sender.submit(intent);
    } catch (CodedException e) {
      Optional<Revert> revert = Revert.in(e);
      if (e.code() == ChainError.REVERTED && revert.isPresent()) {
        refused(instance, revert.get().name(), revert.get().toString());
        return;
      }
      throw e;
    }
    if (submission.state() == IntentState.FAILED) {
      String failure = submission.failure() == null ? "unknown" : submission.failure();
      refused(instance, failure.replaceAll("\\(.*", ""), failure);
    }
  }

  /** An instance that is there already is no failure: the event says so in its own time. */
  private void refused(Instance instance, String name, String failure) {
    if (name.equals("InstanceExists")) {
      return;
    }
    LOG.warn("The chain refuses {}: {}", instance.instanceId(), failure);
    instances.returned(instance.instanceId(), "The chain refused it: " + failure + ".");
  }

  private Intent intent(Instance instance) {
    LicenceAcceptance licence = instance.licence();
    InstanceAcceptance acceptance = required(instance.acceptance());
    Signature signature = required(instance.acceptanceSignature());
    return Intent.of(
        "publish/" + instance.instanceId() + "/" + acceptance.structHash(),
        contract,
        binding.publishInstance(
            new ModelRegistry.LicenceAcceptance(
                licence.modelId().toBytes(),
                licence.licenceHash().toBytes(),
                BigInteger.valueOf(licence.termsVersion()),
                licence.baseManifestHash().toBytes(),
                licence.host().toString(),
                licence.gatewayKey().toString(),
                licence.nonce(),
                BigInteger.valueOf(licence.deadline())),
            instance.licenceSignature().toBytes(),
            new ModelRegistry.InstanceAcceptance(
                acceptance.instanceId().toBytes(),
                acceptance.manifestHash().toBytes(),
                acceptance.fingerprintRoot().toBytes(),
                BigInteger.valueOf(acceptance.deadline())),
            signature.toBytes()),
        "publish the instance of " + licence.host());
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("an instance that is PUBLISHING is countersigned");
    }
    return value;
  }

  /** Takes all that are on their way. */
  void advance() {
    instances.in(InstanceState.PUBLISHING).forEach(this::advance);
  }

  void failed(RuntimeException reason) {
    LOG.warn("Publishing goes on after: {}", reason.getMessage());
  }
}
