package org.oml.chain.send;

import java.math.BigInteger;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ChainError;
import org.oml.chain.Revert;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the signed transactions of intents. Each is durable together with its nonce before anybody
 * sees it, and all of one intent have the same nonce.
 */
final class Signing {

  private static final Logger LOG = LoggerFactory.getLogger(Signing.class);
  private static final byte[] NOTHING = new byte[0];

  private final SenderParts parts;

  Signing(SenderParts parts) {
    this.parts = parts;
  }

  /**
   * The first, after the contract agreed to it.
   *
   * @param chainNonce the lowest nonce that the chain has not used
   * @return none if the contract refuses, which ends the intent, or another process was faster
   * @throws CodedException {@link ChainError#REFUSED} if the node cannot even try it
   */
  Optional<Attempt> first(StoredIntent intent, long chainNonce, Market market) {
    BigInteger gas;
    try {
      gas = gasOf(intent.intent().recipient(), intent.intent().data());
    } catch (CodedException e) {
      if (e.code() != ChainError.REVERTED) {
        throw e;
      }
      refuse(intent, Revert.in(e).map(Revert::toString).orElse(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
    Fees fees = market.fees();
    return inTransaction(
        () -> {
          StoredIntent locked = parts.intents().lock(intent.id());
          if (locked.state() != IntentState.PREPARED || locked.nonce() != null) {
            return null;
          }
          long nonce = parts.nonces().reserve(chainNonce);
          parts.intents().assign(intent.id(), nonce, gas);
          return signed(intent, nonce, gas, fees, false);
        });
  }

  /** The same once more for a higher fee, unless another process was faster. */
  Optional<Attempt> raised(StoredIntent intent, Attempt stuck, Market market) {
    Fees raised = stuck.fees().raised(market.fees());
    BigInteger gas =
        stuck.cancels()
            ? gasOf(parts.account(), NOTHING)
            : Objects.requireNonNull(intent.gasLimit());
    Optional<Attempt> replacement = replacing(intent, stuck, gas, raised, stuck.cancels());
    if (replacement.isPresent()) {
      parts.counters().bumps().incrementAndGet();
      LOG.info("{}: not mined yet, its fee is raised.", intent.key());
    }
    return replacement;
  }

  /**
   * One that does nothing but use the nonce up, so that later ones are not kept waiting by what no
   * node takes.
   */
  Optional<Attempt> cancelling(StoredIntent intent, Attempt refused, Market market) {
    BigInteger gas = gasOf(parts.account(), NOTHING);
    Fees raised = refused.fees().raised(market.fees());
    Optional<Attempt> cancelling = replacing(intent, refused, gas, raised, true);
    if (cancelling.isPresent()) {
      parts.counters().cancellations().incrementAndGet();
      LOG.warn("{}: refused too often, its nonce is used up.", intent.key());
    }
    return cancelling;
  }

  private Optional<Attempt> replacing(
      StoredIntent intent, Attempt seen, BigInteger gas, Fees fees, boolean cancels) {
    return inTransaction(
        () -> {
          StoredIntent locked = parts.intents().lock(intent.id());
          Long nonce = locked.nonce();
          if (nonce == null || !nonce.equals(intent.nonce()) || locked.state().ended()) {
            return null;
          }
          Attempt newest = parts.attempts().of(intent.id()).getFirst();
          return newest.transactionHash().equals(seen.transactionHash())
              ? signed(intent, nonce, gas, fees, cancels)
              : null;
        });
  }

  private Attempt signed(
      StoredIntent intent, long nonce, BigInteger gas, Fees fees, boolean cancels) {
    Address recipient = cancels ? parts.account() : intent.intent().recipient();
    byte[] data = cancels ? NOTHING : intent.intent().data();
    byte[] signed =
        parts
            .signer()
            .sign(
                new UnsignedTransaction(
                    nonce, gas, recipient, data, fees.maximum(), fees.priority()));
    Attempt attempt =
        new Attempt(
            Keccak.of(signed), intent.id(), signed, fees, cancels, parts.clock().instant(), null);
    parts.attempts().insert(attempt);
    return attempt;
  }

  private void refuse(StoredIntent intent, String reason) {
    if (parts.intents().refuse(intent.id(), reason)) {
      LOG.warn("{} ({}) failed: {}", intent.key(), intent.intent().purpose(), reason);
    }
  }

  private BigInteger gasOf(Address recipient, byte[] data) {
    BigInteger gas = parts.client().estimateGas(parts.account(), recipient, data);
    return gas.add(gas.divide(BigInteger.valueOf(4))).add(BigInteger.valueOf(20_000));
  }

  private Optional<Attempt> inTransaction(Step step) {
    return Optional.ofNullable(parts.transactions().execute(status -> step.attempt()));
  }

  /** Makes an attempt, or none. */
  private interface Step {
    @Nullable Attempt attempt();
  }
}
