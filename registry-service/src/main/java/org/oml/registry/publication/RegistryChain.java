package org.oml.registry.publication;

import java.math.BigInteger;
import java.util.Optional;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.Revert;
import org.oml.chain.send.TransactionSender;
import org.oml.contracts.binding.HostStaking;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Identifiers;
import org.oml.protocol.SigningDomain;
import org.oml.registry.catalogue.ChainModel;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.catalogue.Terms;
import org.springframework.stereotype.Component;

/** What the registry asks the chain, asked through the contracts' bindings. */
@Component
final class RegistryChain implements ChainView {

  private final ChainClient client;
  private final ContractAddresses addresses;
  private final Address account;
  private final ModelRegistry registry;
  private final HostStaking staking;

  RegistryChain(ChainClient client, ContractAddresses addresses, TransactionSender sender) {
    this.client = client;
    this.addresses = addresses;
    this.account = sender.account();
    this.registry = client.bind(ModelRegistry::load, addresses.of(Contract.MODEL_REGISTRY));
    this.staking = client.bind(HostStaking::load, addresses.of(Contract.HOST_STAKING));
  }

  @Override
  public Address registryAccount() {
    return account;
  }

  @Override
  public SigningDomain signingDomain() {
    return addresses.signingDomain();
  }

  @Override
  public Bytes32 modelId(Address owner, String name) {
    return Identifiers.modelId(
        addresses.chainId(), addresses.of(Contract.MODEL_REGISTRY), owner, name);
  }

  @Override
  public Optional<ChainModel> model(Bytes32 modelId) {
    try {
      ModelRegistry.Model model = client.read(registry.model(modelId.toBytes()));
      return Optional.of(
          new ChainModel(
              Address.parse(model.owner),
              Address.parse(model.publisher),
              Bytes32.of(model.baseManifestHash),
              Bytes32.of(model.licenceHash),
              model.termsVersion.intValueExact()));
    } catch (CodedException e) {
      if (Revert.in(e).map(Revert::name).filter("ModelUnknown"::equals).isPresent()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Terms terms(Bytes32 modelId, int version) {
    ModelRegistry.Terms terms =
        client.read(registry.termsOf(modelId.toBytes(), BigInteger.valueOf(version)));
    return new Terms(
        version,
        terms.pricePerQuery,
        terms.minimumStake,
        terms.penalty,
        terms.maximumReward,
        terms.disputeWindow,
        terms.unbondingTime,
        terms.maximumEvidenceAge,
        terms.rewardBps.intValueExact(),
        terms.minimumSuccessBps.intValueExact(),
        terms.maximumUnacknowledged.longValueExact(),
        terms.maximumUtilityLossBps.intValueExact(),
        terms.billedWhenEngineFails,
        terms.auditAlphaPpb.longValueExact(),
        Bytes32.of(terms.contextRoot));
  }

  @Override
  public BigInteger activeStake(Bytes32 modelId, Address host) {
    return client.read(staking.stakeOf(modelId.toBytes(), host.toString())).active;
  }
}
