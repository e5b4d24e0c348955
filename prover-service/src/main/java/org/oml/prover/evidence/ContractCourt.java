package org.oml.prover.evidence;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
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
import org.oml.contracts.binding.PaymentToken;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Identifiers;
import org.oml.protocol.SigningDomain;
import org.oml.prover.ChainReads;
import org.oml.prover.ProverError;
import org.springframework.stereotype.Component;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * The court on chain. Transactions are intents of the durable sender, named after the case and the
 * step.
 */
@Component
final class ContractCourt implements Court {

  private static final int ATTEMPTS = 5;
  private static final BigInteger EVERYTHING = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

  private final ChainClient client;
  private final ChainReads chain;
  private final TransactionSender sender;
  private final Address courtAddress;
  private final Address tokenAddress;
  private final PenaltyCourt court;
  private final PaymentToken token;
  private final SigningDomain domain;
  private volatile PenaltyCourt.@Nullable Parameters parameters;

  ContractCourt(ChainClient client, TransactionSender sender, ContractAddresses addresses) {
    this.client = client;
    chain = new ChainReads(client);
    this.sender = sender;
    this.courtAddress = addresses.of(Contract.PENALTY_COURT);
    this.tokenAddress = addresses.of(Contract.PAYMENT_TOKEN);
    this.domain = addresses.signingDomain();
    this.court = client.bind(PenaltyCourt::load, courtAddress);
    this.token = client.bind(PaymentToken::load, tokenAddress);
  }

  @Override
  public Times times() {
    PenaltyCourt.Parameters fixed = parameters();
    return new Times(
        fixed.revealMinimum.longValueExact(),
        fixed.revealMaximum.longValueExact(),
        fixed.payoutDelay.longValueExact());
  }

  @Override
  public long now() {
    return chain.head().timestamp();
  }

  @Override
  public Parties parties() {
    return new Parties(client.chainId(), courtAddress, sender.account());
  }

  @Override
  public Optional<Inclusion> inclusion(Bytes32 transaction) {
    try {
      long head = client.head().number();
      return client
          .receipt(transaction)
          .map(
              receipt ->
                  new Inclusion(
                      receipt.getBlockNumber().longValueExact(),
                      Bytes32.parse(receipt.getBlockHash()),
                      receipt.isStatusOK(),
                      head - receipt.getBlockNumber().longValueExact() + 1));
    } catch (CodedException e) {
      throw ChainReads.unavailable(e);
    }
  }

  @Override
  public Bytes32 commitment(Claim claim, Bytes32 nonce) {
    return switch (claim) {
      case Evidence evidence ->
          Identifiers.commitment(
              client.chainId(),
              courtAddress,
              sender.account(),
              EvidenceEncoding.hash(evidence),
              nonce);
      case DoubleUse doubleUse ->
          doubleUse
              .forCourt(domain)
              .commitment(client.chainId(), courtAddress, sender.account(), nonce);
    };
  }

  @Override
  public Optional<Long> committedAt(Bytes32 commitment) {
    long at = chain.ask(court.commitmentOf(commitment.toBytes())).committedAt.longValueExact();
    return at == 0 ? Optional.empty() : Optional.of(at);
  }

  @Override
  public Standing standing(Bytes32 courtCase) {
    PenaltyCourt.Case found = chain.ask(court.caseOf(courtCase.toBytes()));
    Address prover = Address.parse(found.prover.toLowerCase(Locale.ROOT));
    return new Standing(
        verdict(found.state.intValueExact()),
        prover.equals(sender.account()),
        found.revealedAt.longValueExact(),
        found.finalisedAt.longValueExact());
  }

  @Override
  public boolean isBondReady() {
    String account = sender.account().toString();
    BigInteger bond = parameters().bond;
    if (chain.ask(token.balanceOf(account)).compareTo(bond) < 0) {
      throw new CodedException(
          ProverError.BOND_MISSING,
          "The account " + account + " holds less than a bond of " + bond + ".");
    }
    if (chain.ask(token.allowance(account, courtAddress.toString())).compareTo(bond) >= 0) {
      return true;
    }
    // The court cannot be changed and takes nothing but bonds, so that one approval is enough.
    send(
        Intent.of(
            "approve/" + courtAddress,
            tokenAddress,
            token.approve(courtAddress.toString(), EVERYTHING),
            "let the court take bonds"));
    return false;
  }

  @Override
  public Optional<String> sent(UUID caseId, Step step) {
    return sender
        .findLast(key(caseId, step), ATTEMPTS)
        .flatMap(Submission::hash)
        .map(Bytes32::toString);
  }

  private static String key(UUID caseId, Step step) {
    return "case/" + caseId + "/" + step.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Sent commit(UUID caseId, Bytes32 commitment) {
    return send(caseId, Step.COMMIT, court.commit(commitment.toBytes()));
  }

  @Override
  public Sent reveal(UUID caseId, Claim claim, Bytes32 nonce) {
    return send(
        caseId,
        Step.REVEAL,
        switch (claim) {
          case Evidence evidence ->
              court.reveal(EvidenceEncoding.forCourt(evidence), nonce.toBytes());
          case DoubleUse doubleUse ->
              court.revealDoubleUse(doubleUse.forCourt(domain).evidence(), nonce.toBytes());
        });
  }

  @Override
  public Sent finalise(UUID caseId, Bytes32 courtCase) {
    return send(caseId, Step.FINALISE, court.finalise(courtCase.toBytes()));
  }

  @Override
  public Sent payout(UUID caseId, Bytes32 courtCase) {
    return send(caseId, Step.PAYOUT, court.payout(courtCase.toBytes()));
  }

  @Override
  public Optional<Sent> collect(UUID caseId) {
    String account = sender.account().toString();
    return chain.ask(court.owed(account)).signum() == 0
        ? Optional.empty()
        : Optional.of(send(caseId, Step.COLLECT, court.collect(account)));
  }

  private Sent send(UUID caseId, Step step, RemoteFunctionCall<?> call) {
    String name = step.name().toLowerCase(Locale.ROOT);
    return send(Intent.of(key(caseId, step), courtAddress, call, name + " of case " + caseId));
  }

  /** A refusal for want of time is none: the step is asked for again. */
  private Sent send(Intent intent) {
    try {
      Submission submission = sender.submit(intent, ATTEMPTS);
      return new Sent(
          submission.hash().map(Bytes32::toString).orElse(null),
          submission.state() == IntentState.FINAL,
          submission.failure());
    } catch (CodedException e) {
      Optional<Revert> revert = Revert.in(e);
      if (e.code() == ChainError.REVERTED
          && revert.isPresent()
          && !revert.get().name().equals("TooEarly")) {
        return new Sent(null, false, revert.get().toString());
      }
      throw ChainReads.unavailable(e);
    }
  }

  /** In the order of the contract's enum {@code State}. */
  private static Verdict verdict(int state) {
    return switch (state) {
      case 0 -> Verdict.NONE;
      case 1 -> Verdict.REVEALED;
      case 2 -> Verdict.REBUTTED;
      case 3 -> Verdict.CONVICTED;
      case 4 -> Verdict.PAID;
      // Another case on the same answer convicted: there is nothing to pay, and the bond to
      // collect.
      case 5 -> Verdict.PAID;
      default ->
          throw new CodedException(
              ProverError.CHAIN_UNAVAILABLE, "The court has a state that is not known: " + state);
    };
  }

  private PenaltyCourt.Parameters parameters() {
    PenaltyCourt.Parameters known = parameters;
    if (known == null) {
      known = chain.ask(court.parameters());
      parameters = known;
    }
    return known;
  }
}
