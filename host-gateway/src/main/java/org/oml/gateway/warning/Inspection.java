package org.oml.gateway.warning;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.oml.gateway.chain.Node;
import org.oml.host.HostIdentity;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether a host will go on being able to answer and to defend itself. */
public final class Inspection {

  private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);

  /** Whether the community wants the host to get a new instance. */
  @FunctionalInterface
  public interface Successor {

    /**
     * @throws IOException when whoever knows is away
     */
    boolean isWanted() throws IOException;
  }

  /** More than a rebuttal takes. */
  private static final BigInteger GAS_OF_A_REBUTTAL = BigInteger.valueOf(300_000);

  private final Node node;
  private final HostIdentity host;
  private final Address sender;
  private final Set<Address> permitSigners;
  private final Successor successor;
  private final WarningSettings settings;
  private final Warnings warnings;
  private final InstantSource clock;

  /**
   * @param sender pays for rebuttals
   * @param permitSigners that the settings name
   * @param successor asked of the permission service
   */
  public Inspection(
      Node node,
      HostIdentity host,
      Address sender,
      Set<Address> permitSigners,
      Successor successor,
      WarningSettings settings,
      Warnings warnings,
      InstantSource clock) {
    this.node = node;
    this.host = host;
    this.sender = sender;
    this.permitSigners = Set.copyOf(permitSigners);
    this.successor = successor;
    this.settings = settings;
    this.warnings = warnings;
    this.clock = clock;
  }

  /** Looks once. */
  public void look(Node.Head head) throws IOException {
    Node.Terms terms = node.termsOf(host.modelId(), host.instanceId());
    lookAtBalance(terms);
    lookAtStake(terms);
    lookAtGas(head);
    lookAtKeys();
    lookForSuccessor();
  }

  private void lookAtBalance(Node.Terms terms) throws IOException {
    BigInteger available = node.balanceOf(host.modelId(), host.wallet());
    BigInteger wanted = terms.price().multiply(BigInteger.valueOf(settings.balanceForQueries()));
    judge(
        available.compareTo(wanted) < 0,
        Warning.BALANCE_LOW,
        host.wallet().toString(),
        "The prepaid balance of "
            + available
            + " is enough for fewer than "
            + settings.balanceForQueries()
            + " queries at "
            + terms.price()
            + ".");
  }

  private void lookAtStake(Node.Terms terms) throws IOException {
    Node.Stake stake = node.stakeOf(host.modelId(), host.wallet());
    BigInteger free = stake.active().subtract(stake.locked());
    judge(
        free.compareTo(terms.minimumStake()) < 0,
        Warning.STAKE_LOW,
        host.wallet().toString(),
        "The stake that is not held for cases is " + free + " of " + terms.minimumStake() + ".");
  }

  private void lookAtGas(Node.Head head) throws IOException {
    BigInteger wei = node.wei(sender);
    BigInteger wanted =
        Node.maximumFee(head.baseFee(), node.priorityFee()).multiply(GAS_OF_A_REBUTTAL);
    judge(
        wei.compareTo(wanted) < 0,
        Warning.GAS_LOW,
        sender.toString(),
        "The account that sends rebuttals holds " + wei + " wei; one may take " + wanted + ".");
  }

  private void lookAtKeys() throws IOException {
    Instant soon = clock.instant().plus(settings.keyNotice());
    Address valid = node.gatewayKeyAt(host.instanceId(), soon.getEpochSecond());
    judge(
        !valid.equals(host.key().address()),
        Warning.GATEWAY_KEY_EXPIRES,
        host.key().address().toString(),
        "The key of this gateway counts no more at " + soon + "; " + valid + " does.");
    for (Address signer : permitSigners) {
      Node.SignerLife life = node.signer(signer);
      judge(
          life.retiredAt() <= soon.getEpochSecond(),
          Warning.PERMIT_SIGNER_EXPIRES,
          signer.toString(),
          "The permit signer that oml.gateway.permit-signers names is retired by " + soon + ".");
    }
  }

  /** A permission service that is away is not the chain's fault; the next look asks again. */
  private void lookForSuccessor() {
    try {
      judge(
          successor.isWanted(),
          Warning.SUCCESSOR_WANTED,
          host.instanceId().toString(),
          "The keys of this instance run out. Accept the licence anew with './oml host pull', and serve"
              + " the new instance.");
    } catch (IOException | CodedException e) {
      LOG.debug("Whether a new instance is wanted is not known: {}", e.getMessage());
    }
  }

  private void judge(boolean bad, Warning kind, String subject, String text) {
    if (bad) {
      warnings.raise(kind, subject, text);
    } else {
      warnings.settle(kind, subject);
    }
  }
}
