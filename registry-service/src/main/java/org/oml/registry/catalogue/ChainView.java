package org.oml.registry.catalogue;

import java.math.BigInteger;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SigningDomain;

/** What the registry asks the chain. */
public interface ChainView {

  /** The account with which this registry posts instances. */
  Address registryAccount();

  /** The domain of the hosts' signatures. */
  SigningDomain signingDomain();

  /** The identifier that a name gets from an owner. */
  Bytes32 modelId(Address owner, String name);

  /** A model, if it is registered. */
  Optional<ChainModel> model(Bytes32 modelId);

  /** A version of a registered model's terms. */
  Terms terms(Bytes32 modelId, int version);

  /** What a host has at stake and did not ask back. */
  BigInteger activeStake(Bytes32 modelId, Address host);
}
