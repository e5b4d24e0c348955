package org.oml.dashboard.platform;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;

/**
 * How the community decides, and what its shares earn; times in seconds, times of day in seconds
 * since 1970, amounts in the smallest unit of the payment token or of the shares.
 *
 * @param threshold shares that a proposer needs
 * @param received revenue that the vault has counted, claimed or not
 * @param holders those with the most shares, perhaps not all
 */
public record Governance(
    long readTo,
    long votingDelay,
    long votingPeriod,
    BigInteger threshold,
    long timelockDelay,
    BigInteger supply,
    BigInteger received,
    BigInteger claimed,
    List<Proposal> proposals,
    int holderCount,
    List<Holder> holders) {

  /**
   * What was proposed, and how it stands.
   *
   * @param calls that it would make
   * @param quorum votes that must take part, once the vote has begun
   * @param readyAt when the timelock lets it be carried out
   * @param votes those with the most shares, perhaps not all
   */
  public record Proposal(
      BigInteger proposalId,
      Address proposer,
      String description,
      int calls,
      long voteStart,
      long voteEnd,
      long block,
      String state,
      BigInteger votesFor,
      BigInteger votesAgainst,
      BigInteger votesAbstain,
      @Nullable BigInteger quorum,
      @Nullable Long readyAt,
      int voteCount,
      List<Vote> votes) {

    public Proposal {
      votes = List.copyOf(votes);
    }
  }

  /**
   * Who voted how, with how many shares.
   *
   * @param support {@code FOR}, {@code AGAINST} or {@code ABSTAIN}
   */
  public record Vote(Address voter, String support, BigInteger weight, long block) {}

  /** Who holds shares, and what of the revenue waits there. */
  public record Holder(Address holder, BigInteger shares, BigInteger claimable) {}

  public Governance {
    proposals = List.copyOf(proposals);
    holders = List.copyOf(holders);
  }

  /** Proposals that wait in the timelock. */
  public List<Proposal> queue() {
    return proposals.stream().filter(proposal -> proposal.readyAt() != null).toList();
  }
}
