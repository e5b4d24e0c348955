package org.oml.registry.licence;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Signature;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import org.oml.registry.catalogue.ChainModel;
import org.oml.registry.catalogue.ChainView;
import org.oml.registry.catalogue.PublishedModel;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Whether a host may have an instance: the licence is signed as the chain has it, and staked for.
 */
@Component
final class LicenceCheck {

  private final ChainView chain;
  private final Duration shortest;
  private final Clock clock;

  @Autowired
  LicenceCheck(ChainView chain, RegistryProperties properties) {
    this(chain, properties.shortestAcceptance(), Clock.systemUTC());
  }

  LicenceCheck(ChainView chain, Duration shortest, Clock clock) {
    this.chain = chain;
    this.shortest = shortest;
    this.clock = clock;
  }

  /**
   * Comes before anything is looked up: whoever sends another's acceptance learns nothing of what
   * became of it.
   */
  void requireSigned(Address caller, LicenceAcceptance acceptance, Signature signature) {
    if (!acceptance.host().equals(caller)) {
      throw new CodedException(
          RegistryError.ACCEPTANCE_NOT_SIGNED,
          "The acceptance is of " + acceptance.host() + ", the token of " + caller + ".");
    }
    if (!acceptance.signer(chain.signingDomain(), signature).equals(caller)) {
      throw new CodedException(
          RegistryError.ACCEPTANCE_NOT_SIGNED, "The signature is not of " + caller + ".");
    }
  }

  /** Whether a new acceptance, signed, is one that the model's terms allow now. */
  void require(PublishedModel model, LicenceAcceptance acceptance) {
    requireAsOnChain(model, acceptance);
    if (acceptance.deadline() < clock.instant().plus(shortest).getEpochSecond()) {
      throw new CodedException(
          RegistryError.ACCEPTANCE_EXPIRED,
          "The deadline leaves less than " + shortest.toSeconds() + " seconds.");
    }
    requireStake(acceptance);
  }

  private void requireAsOnChain(PublishedModel model, LicenceAcceptance acceptance) {
    ChainModel onChain =
        chain
            .model(model.modelId())
            .orElseThrow(() -> differs("modelId", "one that the chain knows"));
    if (!acceptance.modelId().equals(model.modelId())) {
      throw differs("modelId", model.modelId());
    }
    if (!acceptance.licenceHash().equals(onChain.licenceHash())) {
      throw differs("licenceHash", onChain.licenceHash());
    }
    if (!acceptance.baseManifestHash().equals(onChain.baseManifestHash())) {
      throw differs("baseManifestHash", onChain.baseManifestHash());
    }
    if (acceptance.termsVersion() != onChain.termsVersion()) {
      throw differs("termsVersion", onChain.termsVersion());
    }
    if (acceptance.gatewayKey().equals(Address.ZERO)) {
      throw differs("gatewayKey", "the address of the gateway's key");
    }
  }

  private void requireStake(LicenceAcceptance acceptance) {
    BigInteger minimum =
        chain.terms(acceptance.modelId(), acceptance.termsVersion()).minimumStake();
    BigInteger active = chain.activeStake(acceptance.modelId(), acceptance.host());
    if (active.compareTo(minimum) < 0) {
      throw new CodedException(
          RegistryError.STAKE_TOO_SMALL,
          "The stake is " + active + ", the terms ask for " + minimum + ".");
    }
  }

  private static CodedException differs(String member, Object expected) {
    return new CodedException(
        RegistryError.ACCEPTANCE_DIFFERS, "The member " + member + " is not " + expected + ".");
  }
}
