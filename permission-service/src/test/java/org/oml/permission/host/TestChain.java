package org.oml.permission.host;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.oml.permission.host.ChainFact.BalanceDeposited;
import org.oml.permission.host.ChainFact.InstancePublished;
import org.oml.permission.host.ChainFact.SignerAdded;
import org.oml.permission.host.ChainFact.SignerRetired;
import org.oml.permission.host.ChainFact.StakeDeposited;
import org.oml.permission.host.ChainFact.TermsPublished;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/** What a chain would say, put together by hand. */
public final class TestChain {

  private final List<ChainFact> facts = new ArrayList<>();

  /** The first version of a model's terms; a stake of 1 is enough. */
  public TestChain terms(Bytes32 modelId, BigInteger price) {
    facts.add(new TermsPublished(modelId, 1, price, BigInteger.ONE, 1_000_000));
    return this;
  }

  /** An instance whose wallet is its gateway key as well, with enough stake. */
  public TestChain instance(Bytes32 modelId, Bytes32 instanceId, Address host) {
    facts.add(new InstancePublished(modelId, instanceId, host, host, 1));
    facts.add(new StakeDeposited(modelId, host, BigInteger.ONE));
    return this;
  }

  public TestChain prepaid(Bytes32 modelId, Address host, BigInteger amount) {
    facts.add(new BalanceDeposited(modelId, host, amount));
    return this;
  }

  public TestChain signer(Address signer, long validFrom) {
    facts.add(new SignerAdded(signer, validFrom));
    return this;
  }

  public TestChain retired(Address signer, long retiredAt) {
    facts.add(new SignerRetired(signer, retiredAt));
    return this;
  }

  public HostRegister register() {
    return new HostRegister(facts);
  }

  /** As it was seen at a time. */
  public ChainView at(Instant time) {
    return new ChainView(register(), time);
  }
}
