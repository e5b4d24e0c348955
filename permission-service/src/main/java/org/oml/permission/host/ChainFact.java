package org.oml.permission.host;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigInteger;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * An event of the chain, as far as permits depend on it. Stored as JSON under the names given here.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ChainFact.InstancePublished.class, name = "instancePublished"),
  @JsonSubTypes.Type(value = ChainFact.GatewayKeyReplaced.class, name = "gatewayKeyReplaced"),
  @JsonSubTypes.Type(value = ChainFact.TermsPublished.class, name = "termsPublished"),
  @JsonSubTypes.Type(value = ChainFact.StakeDeposited.class, name = "stakeDeposited"),
  @JsonSubTypes.Type(value = ChainFact.StakeExiting.class, name = "stakeExiting"),
  @JsonSubTypes.Type(value = ChainFact.StakeSlashed.class, name = "stakeSlashed"),
  @JsonSubTypes.Type(value = ChainFact.BalanceDeposited.class, name = "balanceDeposited"),
  @JsonSubTypes.Type(value = ChainFact.BalanceLeaving.class, name = "balanceLeaving"),
  @JsonSubTypes.Type(value = ChainFact.BalanceWithdrawn.class, name = "balanceWithdrawn"),
  @JsonSubTypes.Type(value = ChainFact.LeavingCharged.class, name = "leavingCharged"),
  @JsonSubTypes.Type(value = ChainFact.DebtChanged.class, name = "debtChanged"),
  @JsonSubTypes.Type(value = ChainFact.SignerAdded.class, name = "signerAdded"),
  @JsonSubTypes.Type(value = ChainFact.SignerRetired.class, name = "signerRetired"),
  @JsonSubTypes.Type(value = ChainFact.EvidenceCommitted.class, name = "evidenceCommitted")
})
sealed interface ChainFact {

  /** A host's copy is on chain, with the key that its wallet named. */
  record InstancePublished(
      Bytes32 modelId, Bytes32 instanceId, Address host, Address gatewayKey, int termsVersion)
      implements ChainFact {}

  /** From a time on (seconds since 1970) another key signs for the instance. */
  record GatewayKeyReplaced(Bytes32 instanceId, Address gatewayKey, long validFrom)
      implements ChainFact {}

  /** A version of a model's terms. */
  record TermsPublished(
      Bytes32 modelId,
      int version,
      BigInteger pricePerQuery,
      BigInteger minimumStake,
      long maximumUnacknowledged)
      implements ChainFact {}

  /** Active stake grew. */
  record StakeDeposited(Bytes32 modelId, Address host, BigInteger amount) implements ChainFact {}

  /** Active stake is on its way out. */
  record StakeExiting(Bytes32 modelId, Address host, BigInteger amount) implements ChainFact {}

  /** A court took stake. */
  record StakeSlashed(Bytes32 modelId, Address host, BigInteger amount) implements ChainFact {}

  /** A host paid in for permits. */
  record BalanceDeposited(Bytes32 modelId, Address host, BigInteger amount) implements ChainFact {}

  /** A part of it is on its way back. */
  record BalanceLeaving(Bytes32 modelId, Address host, BigInteger amount) implements ChainFact {}

  /** A part of the balance left. */
  record BalanceWithdrawn(Bytes32 modelId, Address host, BigInteger amount) implements ChainFact {}

  /** What was on its way back paid a charge. */
  record LeavingCharged(Bytes32 modelId, Address host, BigInteger amount) implements ChainFact {}

  /** A host owes so much for permits of an epoch, perhaps nothing any more. */
  record DebtChanged(Bytes32 modelId, Address host, BigInteger debt) implements ChainFact {}

  /** From a time on (seconds since 1970) a key's permits are valid. */
  record SignerAdded(Address signer, long validFrom) implements ChainFact {}

  /** From a time on they no longer are. */
  record SignerRetired(Address signer, long retiredAt) implements ChainFact {}

  /** A prover has bound itself to evidence that it has yet to show. */
  record EvidenceCommitted(Address prover, Bytes32 commitment) implements ChainFact {}
}
