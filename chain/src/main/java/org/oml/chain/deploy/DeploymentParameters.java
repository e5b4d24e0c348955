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
 * @param appointments who is in office from the start
 * @param limits bounds of all terms
 * @param court parameters of the penalty court
 * @param provers parameters of the provers' registry
 * @param panelCourt parameters of the panel court
 * @param ledger parameters of the permit ledger
 * @param governance of the community
 */
public record DeploymentParameters(
    boolean forDevelopment,
    @Nullable Address token,
    BigInteger tokenSupply,
    Appointments appointments,
    Limits limits,
    Court court,
    Provers provers,
    Panels panelCourt,
    Ledger ledger,
    Governance governance) {

  private static final BigInteger ONE = BigInteger.TEN.pow(18);

  /**
   * Who is in office from the start, so that an owner with a delay need not appoint them; the zero
   * address for nobody.
   *
   * @param signer of permits, valid at once
   * @param operator posts epochs once its bond is there
   * @param guardian may stop new obligations
   */
  public record Appointments(Address signer, Address operator, Address guardian) {

    /** Nobody; the owner appoints. */
    public static final Appointments NOBODY =
        new Appointments(Address.ZERO, Address.ZERO, Address.ZERO);
  }

  /**
   * Bounds of all terms.
   *
   * @param minimumDisputeWindow at least 24 hours in production
   * @param maximumEvidenceAge after which no receipt counts
   * @param longestReveal from commit to reveal and finality
   * @param longestUnbonding of all terms; the timelock exceeds it
   * @param keyNotice with which gateway keys are replaced
   */
  public record Limits(
      Duration minimumDisputeWindow,
      Duration maximumEvidenceAge,
      Duration longestReveal,
      Duration longestUnbonding,
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
   * The provers' registry.
   *
   * @param bond of a seat
   * @param minimumAge of a seat that may be drawn
   * @param exitDelay from giving a seat up to the withdrawal
   * @param panelSize members of a panel, from 9 to 16
   * @param seedDelay blocks from a plan to its seed
   * @param answerTime in which members ask and commit
   * @param revealTime in which they reveal
   */
  public record Provers(
      BigInteger bond,
      Duration minimumAge,
      Duration exitDelay,
      int panelSize,
      int seedDelay,
      Duration answerTime,
      Duration revealTime) {}

  /**
   * The panel court.
   *
   * @param openTime in which a plan is opened after the answers
   * @param payoutDelay in which governance may stop what was slashed
   * @param quorum members that must have a hit
   * @param bond paid with a plan
   * @param rewardCap of all that a conviction pays
   */
  public record Panels(
      Duration openTime, Duration payoutDelay, int quorum, BigInteger bond, BigInteger rewardCap) {}

  /**
   * The permit ledger.
   *
   * @param signerNotice with which permit signers are added and retired
   * @param withdrawalNotice before a prepaid balance leaves
   * @param operatorSilence without an epoch, after which balances leave at once
   * @param bondNotice between an operator's end and the withdrawal of its bond
   * @param challengeAge of an epoch, up to which an omission can be challenged
   * @param responsePeriod in which a challenge can be answered
   * @param operatorBond without which no epoch is posted
   * @param omissionPenalty what a proven omission costs
   * @param challengeDeposit of a challenger
   * @param challengerBps ten-thousandths of the penalty for the challenger
   */
  public record Ledger(
      Duration signerNotice,
      Duration withdrawalNotice,
      Duration operatorSilence,
      Duration bondNotice,
      Duration challengeAge,
      Duration responsePeriod,
      BigInteger operatorBond,
      BigInteger omissionPenalty,
      BigInteger challengeDeposit,
      int challengerBps) {}

  /**
   * The community.
   *
   * @param holders of the shares; empty for the deployer alone
   * @param votingDelay from proposal to vote
   * @param votingPeriod of a vote
   * @param proposalThreshold shares that a proposer holds
   * @param quorumPercent of all shares
   * @param timelockDelay longer than the longest unbonding
   */
  public record Governance(
      List<Holding> holders,
      Duration votingDelay,
      Duration votingPeriod,
      BigInteger proposalThreshold,
      int quorumPercent,
      Duration timelockDelay) {

    public Governance {
      holders = List.copyOf(holders);
    }
  }

  /** Shares of a holder. */
  public record Holding(Address holder, BigInteger amount) {}

  /** The same but for the times of panels. */
  public DeploymentParameters withPanelTimes(Duration answer, Duration reveal, Duration open) {
    return new DeploymentParameters(
        forDevelopment,
        token,
        tokenSupply,
        appointments,
        limits,
        court,
        new Provers(
            provers.bond(),
            provers.minimumAge(),
            provers.exitDelay(),
            provers.panelSize(),
            provers.seedDelay(),
            answer,
            reveal),
        new Panels(
            open,
            panelCourt.payoutDelay(),
            panelCourt.quorum(),
            panelCourt.bond(),
            panelCourt.rewardCap()),
        ledger,
        governance);
  }

  /** Windows of seconds, a token of its own, the deployer owns everything. */
  public static DeploymentParameters development() {
    return new DeploymentParameters(
        true,
        null,
        ONE.multiply(BigInteger.TEN.pow(9)),
        Appointments.NOBODY,
        new Limits(
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            Duration.ofMinutes(5),
            Duration.ofHours(2),
            Duration.ZERO),
        new Court(
            Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(1), ONE, tokens(1000)),
        new Provers(
            tokens(5),
            Duration.ofSeconds(1),
            Duration.ofDays(3),
            9,
            1,
            Duration.ofMinutes(5),
            Duration.ofMinutes(5)),
        new Panels(Duration.ofMinutes(5), Duration.ofSeconds(1), 7, ONE, tokens(1000)),
        new Ledger(
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(1),
            Duration.ofSeconds(10),
            tokens(100),
            tokens(10),
            ONE,
            5000),
        new Governance(
            List.of(),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            BigInteger.ONE,
            4,
            Duration.ofHours(3)));
  }

  /**
   * Windows of a day and more; the timelock owns everything.
   *
   * @param token the payment token, with 18 decimals
   * @param appointments who is in office from the start
   * @param holders of the community's shares
   */
  public static DeploymentParameters production(
      Address token, Appointments appointments, List<Holding> holders) {
    return new DeploymentParameters(
        false,
        token,
        BigInteger.ZERO,
        appointments,
        new Limits(
            Duration.ofHours(24),
            Duration.ofDays(7),
            Duration.ofDays(2),
            Duration.ofDays(21),
            Duration.ofHours(1)),
        new Court(
            Duration.ofMinutes(20),
            Duration.ofDays(1),
            Duration.ofHours(48),
            tokens(10),
            tokens(1000)),
        new Provers(
            tokens(100),
            Duration.ofDays(14),
            Duration.ofDays(30),
            9,
            4,
            Duration.ofDays(3),
            Duration.ofDays(1)),
        new Panels(Duration.ofDays(1), Duration.ofDays(45), 7, tokens(40), tokens(1000)),
        new Ledger(
            Duration.ofHours(1),
            Duration.ofDays(7),
            Duration.ofDays(14),
            Duration.ofDays(40),
            Duration.ofDays(30),
            Duration.ofDays(3),
            tokens(10_000),
            tokens(1000),
            tokens(10),
            4000),
        new Governance(
            holders, Duration.ofDays(1), Duration.ofDays(7), ONE, 10, Duration.ofDays(22)));
  }

  /** The same with a permit signer that is valid from the start. */
  public DeploymentParameters withFirstSigner(Address signer) {
    return withAppointments(
        new Appointments(signer, appointments.operator(), appointments.guardian()));
  }

  /** The same with others in office from the start. */
  public DeploymentParameters withAppointments(Appointments others) {
    return new DeploymentParameters(
        forDevelopment,
        token,
        tokenSupply,
        others,
        limits,
        court,
        provers,
        panelCourt,
        ledger,
        governance);
  }

  private static BigInteger tokens(long amount) {
    return ONE.multiply(BigInteger.valueOf(amount));
  }
}
