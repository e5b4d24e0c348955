package org.oml.prover.instance;

import java.math.BigInteger;
import java.util.Optional;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PermitLedger;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.SigningDomain;
import org.oml.prover.ChainReads;
import org.springframework.stereotype.Component;

/** Asks the contracts, each time: an audit asks seldom, and what it learns must be the newest. */
@Component
final class ContractRecords implements ChainRecords {

  private final ChainClient client;
  private final ChainReads chain;
  private final ModelRegistry registry;
  private final PermitLedger ledger;
  private final SigningDomain domain;

  ContractRecords(ChainClient client, ContractAddresses addresses) {
    this.client = client;
    chain = new ChainReads(client);
    this.registry = client.bind(ModelRegistry::load, addresses.of(Contract.MODEL_REGISTRY));
    this.ledger = client.bind(PermitLedger::load, addresses.of(Contract.PERMIT_LEDGER));
    this.domain = addresses.signingDomain();
  }

  @Override
  public Optional<PublishedInstance> instance(Bytes32 instanceId) {
    ModelRegistry.Instance instance;
    try {
      instance = client.read(registry.instance(instanceId.toBytes()));
    } catch (CodedException e) {
      if (e.code() == ChainError.REVERTED) {
        return Optional.empty();
      }
      throw ChainReads.unavailable(e);
    }
    if (instance.activatedAt.signum() == 0) {
      return Optional.empty();
    }
    ModelRegistry.Terms terms =
        chain.ask(registry.termsOf(instance.modelId, instance.termsVersion));
    return Optional.of(
        new PublishedInstance(
            instanceId,
            Bytes32.of(instance.modelId),
            address(instance.host),
            instance.activatedAt.longValueExact(),
            Bytes32.of(instance.fingerprintRoot),
            Bytes32.of(terms.contextRoot),
            terms.maximumEvidenceAge.longValueExact(),
            terms.disputeWindow.longValueExact()));
  }

  @Override
  public Address gatewayKeyAt(Bytes32 instanceId, long time) {
    try {
      return address(
          client.read(registry.gatewayKeyAt(instanceId.toBytes(), BigInteger.valueOf(time))));
    } catch (CodedException e) {
      if (e.code() == ChainError.REVERTED) {
        return Address.ZERO;
      }
      throw ChainReads.unavailable(e);
    }
  }

  @Override
  public boolean maySignPermits(Address signer, long issuedAt) {
    return chain.ask(ledger.isSignerAt(signer.toString(), BigInteger.valueOf(issuedAt)));
  }

  @Override
  public SigningDomain domain() {
    return domain;
  }

  private static Address address(String text) {
    return Address.parse(text.toLowerCase(java.util.Locale.ROOT));
  }
}
