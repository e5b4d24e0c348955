package org.oml.registry.governance;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.Revert;
import org.oml.contracts.binding.CommunityGovernor;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Hex;
import org.oml.registry.RegistryError;
import org.oml.registry.catalogue.ChainModel;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.catalogue.Terms;
import org.springframework.stereotype.Component;

/**
 * Builds the transaction that brings new terms, for somebody's own wallet to sign: a proposal where
 * the timelock owns the model, else the owner's publication. The registry signs neither.
 */
@Component
final class TermsTransactions {

  private static final int LONGEST_DESCRIPTION = 1_000;

  private final ChainClient client;
  private final ContractAddresses addresses;
  private final ChainView chain;
  private final ModelRegistry registry;
  private final CommunityGovernor governor;

  TermsTransactions(ChainClient client, ContractAddresses addresses, ChainView chain) {
    this.client = client;
    this.addresses = addresses;
    this.chain = chain;
    this.registry = client.bind(ModelRegistry::load, addresses.of(Contract.MODEL_REGISTRY));
    this.governor = client.bind(CommunityGovernor::load, addresses.of(Contract.COMMUNITY_GOVERNOR));
  }

  /** What the transaction does. */
  enum Kind {
    /** Puts the terms to the vote. */
    PROPOSAL,
    /** Makes them the current ones at once. */
    PUBLICATION
  }

  /**
   * A transaction that nobody signed yet.
   *
   * @param from who must sign; null for whoever has the shares that a proposal takes
   */
  record Unsigned(BigInteger chainId, Kind kind, @Nullable Address from, Address to, String data) {}

  /**
   * @param terms with the version that they would have
   * @param description of the proposal, one to 1,000 characters
   * @throws CodedException {@link RegistryError#TERMS_REFUSED}
   */
  Unsigned prepare(Bytes32 modelId, Terms terms, String description) {
    if (description.isBlank() || description.length() > LONGEST_DESCRIPTION) {
      throw refused("The description has " + description.length() + " characters.");
    }
    ChainModel model =
        chain.model(modelId).orElseThrow(() -> refused("The chain knows the model no more."));
    if (terms.version() != model.termsVersion() + 1) {
      throw refused("The model's terms have version " + model.termsVersion() + " by now.");
    }
    Address models = addresses.of(Contract.MODEL_REGISTRY);
    String publication = publication(modelId, terms);
    byte[] call = Hex.parse(publication);
    requireTaken(model.owner(), models, call);
    if (!model.owner().equals(addresses.of(Contract.TIMELOCK))) {
      return new Unsigned(
          addresses.chainId(), Kind.PUBLICATION, model.owner(), models, publication);
    }
    String proposal =
        governor
            .propose(
                List.of(models.toString()), List.of(BigInteger.ZERO), List.of(call), description)
            .encodeFunctionCall();
    return new Unsigned(
        addresses.chainId(),
        Kind.PROPOSAL,
        null,
        addresses.of(Contract.COMMUNITY_GOVERNOR),
        proposal);
  }

  private String publication(Bytes32 modelId, Terms terms) {
    return registry
        .publishTerms(
            modelId.toBytes(),
            new ModelRegistry.Terms(
                amount(terms.pricePerQuery(), "pricePerQuery"),
                amount(terms.minimumStake(), "minimumStake"),
                amount(terms.penalty(), "penalty"),
                amount(terms.maximumReward(), "maximumReward"),
                number(terms.disputeWindow(), Long.SIZE, "disputeWindow"),
                number(terms.unbondingTime(), Long.SIZE, "unbondingTime"),
                number(terms.maximumEvidenceAge(), Long.SIZE, "maximumEvidenceAge"),
                number(terms.rewardBps(), Short.SIZE, "rewardBps"),
                number(terms.minimumSuccessBps(), Short.SIZE, "minimumSuccessBps"),
                number(terms.maximumUnacknowledged(), Integer.SIZE, "maximumUnacknowledged"),
                number(terms.maximumUtilityLossBps(), Short.SIZE, "maximumUtilityLossBps"),
                terms.billedWhenEngineFails(),
                number(terms.auditAlphaPpb(), Integer.SIZE, "auditAlphaPpb"),
                terms.contextRoot().toBytes()))
        .encodeFunctionCall();
  }

  private static BigInteger amount(BigInteger value, String name) {
    return number(value, 2 * Long.SIZE, name);
  }

  private static BigInteger number(long value, int bits, String name) {
    return number(BigInteger.valueOf(value), bits, name);
  }

  private static BigInteger number(BigInteger value, int bits, String name) {
    if (value.signum() < 0 || value.bitLength() > bits) {
      throw refused("The member " + name + " does not lie between 0 and 2^" + bits + ".");
    }
    return value;
  }

  /** The contract says now what it would say later. */
  private void requireTaken(Address owner, Address models, byte[] call) {
    try {
      client.simulate(owner, models, call);
    } catch (CodedException e) {
      Optional<Revert> reason = Revert.in(e);
      if (reason.isPresent()) {
        throw refused("The contract refuses them: " + reason.get() + ".");
      }
      throw e;
    }
  }

  private static CodedException refused(String why) {
    return new CodedException(RegistryError.TERMS_REFUSED, why);
  }
}
