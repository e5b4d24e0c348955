package org.oml.chain.deploy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;

/**
 * What is fixed for ever when the contracts are deployed. Amounts are in units of the payment
 * token.
 *
 * @param forDevelopment windows of seconds, owned by the deployer; for development chains alone
 * @param token the payment token, or null to deploy one (development)
 * @param tokenSupply of a deployed token, all to the deployer
 * @param firstSigner permit signer that is valid from the start, or null
 * @param limits bounds of all terms
 * @param court parameters of the penalty court
 * @param signerNotice with which permit signers are added and retired
 * @param withdrawalNotice before a prepaid balance leaves
 * @param governance of the community
 */
public record DeploymentParameters(
    boolean forDevelopment,
    @Nullable Address token,
    BigInteger tokenSupply,
    @Nullable Address firstSigner,
    Limits limits,
    Court court,
    Duration signerNotice,
    Duration withdrawalNotice,
    Governance governance) {

  private static final BigInteger ONE = BigInteger.TEN.pow(18);

  /**
   * Bounds of all terms.
   *
   * @param minimumDisputeWindow at least 24 hours in production
   * @param maximumEvidenceAge after which no receipt counts
   * @param longestReveal from commit to reveal and finality
   * @param keyNotice with which gateway keys are replaced
   */
  public record Limits(
      Duration minimumDisputeWindow,
      Duration maximumEvidenceAge,
      Duration longestReveal,
      Duration keyNotice) {}

  /**
   * The penalty court.
   *
   * @param revealMinimum from commit to reveal at least
   * @param revealMaximum from commit to reveal at most
   * @param payoutDelay from the verdict to the payout
   * @param bond paid at commit
   * @param rewardCap of every reward
   */
  public record Court(
      Duration revealMinimum,
      Duration revealMaximum,
      Duration payoutDelay,
      BigInteger bond,
      BigInteger rewardCap) {}

  /**
   * The community.
   *
   * @param holders of the shares; empty for the deployer alone
   * @param votingDelay from proposal to vote
   * @param votingPeriod of a vote
   * @param proposalThreshold shares that a proposer holds
   * @param quorumPercent of all shares
   * @param timelockDelay longer than the longest unbonding
   * @param longestUnbonding that the timelock must exceed
   */
  public record Governance(
      List<Holding> holders,
      Duration votingDelay,
      Duration votingPeriod,
      BigInteger proposalThreshold,
      int quorumPercent,
      Duration timelockDelay,
      Duration longestUnbonding) {

    public Governance {
      holders = List.copyOf(holders);
    }
  }

  /** Shares of a holder. */
  public record Holding(Address holder, BigInteger amount) {}

  /** Windows of seconds, a token of its own, the deployer owns everything. */
  public static DeploymentParameters development() {
    return new DeploymentParameters(
        true,
        null,
        ONE.multiply(BigInteger.TEN.pow(9)),
        null,
        new Limits(
            Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofMinutes(5), Duration.ZERO),
        new Court(
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            ONE,
            ONE.multiply(BigInteger.valueOf(1000))),
        Duration.ZERO,
        Duration.ofSeconds(1),
        new Governance(
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            BigInteger.ONE,
            4,
            Duration.ofHours(3),
            Duration.ofHours(2)));
  }

  /**
   * Windows of a day and more; the timelock owns everything.
   *
   * @param token the payment token, with 18 decimals
   * @param firstSigner the permission service's key
   * @param holders of the community's shares
   */
  public static DeploymentParameters production(
      Address token, Address firstSigner, List<Holding> holders) {
    return new DeploymentParameters(
        false,
        token,
        BigInteger.ZERO,
        firstSigner,
        new Limits(
            Duration.ofHours(24), Duration.ofDays(7), Duration.ofDays(2), Duration.ofHours(1)),
        new Court(
            Duration.ofMinutes(20),
            Duration.ofDays(1),
            Duration.ofHours(48),
            ONE.multiply(BigInteger.TEN),
            ONE.multiply(BigInteger.valueOf(1000))),
        Duration.ofHours(1),
        Duration.ofDays(7),
        new Governance(
            holders,
            Duration.ofDays(1),
            Duration.ofDays(7),
            ONE,
            10,
            Duration.ofDays(22),
            Duration.ofDays(21)));
  }

  /** The same with a permit signer that is valid from the start. */
  public DeploymentParameters withFirstSigner(Address signer) {
    return new DeploymentParameters(
        forDevelopment,
        token,
        tokenSupply,
        signer,
        limits,
        court,
        signerNotice,
        withdrawalNotice,
        governance);
  }
}
