package org.oml.registry.governance;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.registry.oversight.Dashboards;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows dashboards how the community decides and what its shares earn. */
@RestController
final class GovernanceEndpoints {

  private final Governance governance;
  private final Dashboards dashboards;

  GovernanceEndpoints(Governance governance, Dashboards dashboards) {
    this.governance = governance;
    this.dashboards = dashboards;
  }

  record ProposalAnswer(
      BigInteger proposalId,
      Address proposer,
      String description,
      int calls,
      long voteStart,
      long voteEnd,
      long block,
      Governance.State state,
      BigInteger votesFor,
      BigInteger votesAgainst,
      BigInteger votesAbstain,
      @Nullable BigInteger quorum,
      @Nullable Long readyAt,
      int voteCount,
      List<Vote> votes) {

    static ProposalAnswer of(Governance.Standing standing) {
      Proposal made = standing.proposal();
      return new ProposalAnswer(
          made.proposalId(),
          made.proposer(),
          made.description(),
          made.calls(),
          made.voteStart(),
          made.voteEnd(),
          made.block(),
          standing.state(),
          standing.votesFor(),
          standing.votesAgainst(),
          standing.votesAbstain(),
          standing.quorum().orElse(null),
          standing.readyAt() == 0 ? null : Long.valueOf(standing.readyAt()),
          standing.voteCount(),
          standing.votes());
    }
  }

  record GovernanceAnswer(
      long readTo,
      long votingDelay,
      long votingPeriod,
      BigInteger threshold,
      long timelockDelay,
      BigInteger supply,
      BigInteger received,
      BigInteger claimed,
      List<ProposalAnswer> proposals,
      int holderCount,
      List<Governance.Holder> holders) {}

  @GetMapping("/v1/governance")
  GovernanceAnswer governance(Caller caller) {
    dashboards.require(caller);
    Governance.View view = governance.read();
    return new GovernanceAnswer(
        view.readTo(),
        view.rules().votingDelay(),
        view.rules().votingPeriod(),
        view.rules().threshold(),
        view.rules().timelockDelay(),
        view.supply(),
        view.received(),
        view.claimed(),
        view.proposals().stream().map(ProposalAnswer::of).toList(),
        view.holderCount(),
        view.holders());
  }
}
