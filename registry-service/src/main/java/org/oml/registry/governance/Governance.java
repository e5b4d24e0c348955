package org.oml.registry.governance;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainError;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.contracts.binding.CommunityGovernor;
import org.oml.contracts.binding.CommunityShares;
import org.oml.contracts.binding.CommunityTimelock;
import org.oml.contracts.binding.RevenueVault;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.springframework.stereotype.Component;

/** The state of proposals and shares, asked of the chain each time. */
@Component
final class Governance {

  private static final int MOST_PROPOSALS = 20;
  private static final int MOST_HOLDERS = 50;
  private static final int MOST_VOTES = 50;

  private final ChainClient client;
  private final CommunityEvents events;
  private final CommunityGovernor governor;
  private final CommunityTimelock timelock;
  private final CommunityShares shares;
  private final RevenueVault vault;

  Governance(ChainClient client, ContractAddresses addresses, CommunityEvents events) {
    this.client = client;
    this.events = events;
    this.governor = client.bind(CommunityGovernor::load, addresses.of(Contract.COMMUNITY_GOVERNOR));
    this.timelock = client.bind(CommunityTimelock::load, addresses.of(Contract.TIMELOCK));
    this.shares = client.bind(CommunityShares::load, addresses.of(Contract.COMMUNITY_SHARES));
    this.vault = client.bind(RevenueVault::load, addresses.of(Contract.REVENUE_VAULT));
  }

  /** The governor's states, in its order. */
  enum State {
    PENDING,
    ACTIVE,
    CANCELED,
    DEFEATED,
    SUCCEEDED,
    QUEUED,
    EXPIRED,
    EXECUTED
  }

  /**
   * How a proposal stands; votes are shares.
   *
   * @param quorum votes that must take part; empty before the vote begins
   * @param readyAt when the timelock lets it be carried out, seconds since 1970; 0 if it is not
   *     queued
   * @param voteCount of which at most 50 are listed, those with the most shares
   */
  record Standing(
      Proposal proposal,
      State state,
      BigInteger votesFor,
      BigInteger votesAgainst,
      BigInteger votesAbstain,
      Optional<BigInteger> quorum,
      long readyAt,
      int voteCount,
      List<Vote> votes) {}

  /**
   * Who holds shares.
   *
   * @param claimable of the revenue, in the smallest unit of the payment token
   */
  record Holder(Address holder, BigInteger shares, BigInteger claimable) {}

  /**
   * How the community decides; times in seconds.
   *
   * @param threshold shares that a proposer needs
   */
  record Rules(long votingDelay, long votingPeriod, BigInteger threshold, long timelockDelay) {}

  /**
   * What the community has decided and earned.
   *
   * @param readTo the last block whose proposals and transfers are known
   * @param supply of shares
   * @param received revenue that the vault counted so far, claimed or not
   * @param holderCount of which at most 50 are listed, those with the most shares
   */
  record View(
      long readTo,
      Rules rules,
      BigInteger supply,
      BigInteger received,
      BigInteger claimed,
      List<Standing> proposals,
      int holderCount,
      List<Holder> holders) {}

  View read() {
    CommunityEvents.Known known = events.read();
    return new View(
        known.readTo(),
        new Rules(
            client.read(governor.votingDelay()).longValueExact(),
            client.read(governor.votingPeriod()).longValueExact(),
            client.read(governor.proposalThreshold()),
            client.read(timelock.getMinDelay()).longValueExact()),
        client.read(shares.totalSupply()),
        client.read(vault.received()),
        client.read(vault.claimed()),
        known.proposals().stream()
            .limit(MOST_PROPOSALS)
            .map(each -> standing(each, known.votes().getOrDefault(each.proposalId(), List.of())))
            .toList(),
        known.balances().size(),
        known.balances().entrySet().stream()
            .sorted(Map.Entry.<Address, BigInteger>comparingByValue(Comparator.reverseOrder()))
            .limit(MOST_HOLDERS)
            .map(holding -> holder(holding.getKey(), holding.getValue()))
            .toList());
  }

  private Standing standing(Proposal proposal, List<Vote> cast) {
    BigInteger id = proposal.proposalId();
    State state = State.values()[client.read(governor.state(id)).intValueExact()];
    var votes = client.read(governor.proposalVotes(id));
    return new Standing(
        proposal,
        state,
        votes.component2(),
        votes.component1(),
        votes.component3(),
        quorum(proposal),
        client.read(governor.proposalEta(id)).longValueExact(),
        cast.size(),
        cast.stream()
            .sorted(Comparator.comparing(Vote::weight).reversed())
            .limit(MOST_VOTES)
            .toList());
  }

  /** The governor does not tell the quorum of a time that is still to come. */
  private Optional<BigInteger> quorum(Proposal proposal) {
    try {
      return Optional.of(client.read(governor.quorum(BigInteger.valueOf(proposal.voteStart()))));
    } catch (CodedException e) {
      if (e.code() == ChainError.REVERTED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Holder holder(Address holder, BigInteger held) {
    return new Holder(holder, held, client.read(vault.claimable(holder.toString())));
  }
}
