package org.oml.registry.governance;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.read.LogScan;
import org.oml.contracts.binding.CommunityGovernor;
import org.oml.contracts.binding.CommunityShares;
import org.oml.protocol.Address;
import org.springframework.stereotype.Component;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.core.methods.response.Log;

/** Proposals and shareholders, gathered from final blocks since the deployment. */
@Component
final class CommunityEvents {

  private static final int MOST_PROPOSALS = 1_000;

  private static final String VOTED = EventEncoder.encode(CommunityGovernor.VOTECAST_EVENT);
  private static final String VOTED_WITH_PARAMETERS =
      EventEncoder.encode(CommunityGovernor.VOTECASTWITHPARAMS_EVENT);
  private static final String TRANSFER = EventEncoder.encode(CommunityShares.TRANSFER_EVENT);

  private final LogScan scan;
  private final List<Proposal> proposals = new ArrayList<>();
  private final Map<BigInteger, List<Vote>> votes = new HashMap<>();
  private final Map<Address, BigInteger> balances = new HashMap<>();

  CommunityEvents(ChainClient client, ContractAddresses addresses, ChainSettings settings) {
    this.scan =
        new LogScan(
            client,
            settings,
            addresses.deployedAtBlock(),
            List.of(
                addresses.of(Contract.COMMUNITY_GOVERNOR), addresses.of(Contract.COMMUNITY_SHARES)),
            List.of(
                CommunityGovernor.PROPOSALCREATED_EVENT,
                CommunityGovernor.VOTECAST_EVENT,
                CommunityGovernor.VOTECASTWITHPARAMS_EVENT,
                CommunityShares.TRANSFER_EVENT));
  }

  /**
   * What is known now.
   *
   * @param readTo the last block that was looked at
   * @param proposals the newest first
   * @param votes by proposal, in their order; the governor takes one of a holder
   * @param balances shares by holder, all above 0
   */
  record Known(
      long readTo,
      List<Proposal> proposals,
      Map<BigInteger, List<Vote>> votes,
      Map<Address, BigInteger> balances) {}

  /** Reads on, and tells what is known. */
  synchronized Known read() {
    long readTo = scan.readOn(this::take);
    Map<BigInteger, List<Vote>> cast = new HashMap<>();
    votes.forEach((proposal, all) -> cast.put(proposal, List.copyOf(all)));
    return new Known(readTo, List.copyOf(proposals).reversed(), cast, Map.copyOf(balances));
  }

  private void take(Log log) {
    String topic = log.getTopics().getFirst();
    if (topic.equals(TRANSFER)) {
      var moved = CommunityShares.getTransferEventFromLog(log);
      change(Address.parse(moved.from), moved.value.negate());
      change(Address.parse(moved.to), moved.value);
    } else if (topic.equals(VOTED)) {
      var cast = CommunityGovernor.getVoteCastEventFromLog(log);
      vote(cast.proposalId, cast.voter, cast.support, cast.weight, log);
    } else if (topic.equals(VOTED_WITH_PARAMETERS)) {
      var cast = CommunityGovernor.getVoteCastWithParamsEventFromLog(log);
      vote(cast.proposalId, cast.voter, cast.support, cast.weight, log);
    } else {
      propose(log);
    }
  }

  private void propose(Log log) {
    var made = CommunityGovernor.getProposalCreatedEventFromLog(log);
    if (proposals.size() == MOST_PROPOSALS) {
      votes.remove(proposals.removeFirst().proposalId());
    }
    proposals.add(
        new Proposal(
            made.proposalId,
            Address.parse(made.proposer),
            made.description,
            made.targets.size(),
            made.voteStart.longValueExact(),
            made.voteEnd.longValueExact(),
            log.getBlockNumber().longValueExact()));
  }

  private void vote(
      BigInteger proposal, String voter, BigInteger support, BigInteger weight, Log log) {
    votes
        .computeIfAbsent(proposal, none -> new ArrayList<>())
        .add(
            new Vote(
                Address.parse(voter),
                Vote.Support.of(support),
                weight,
                log.getBlockNumber().longValueExact()));
  }

  private void change(Address holder, BigInteger amount) {
    if (holder.equals(Address.ZERO)) {
      return;
    }
    BigInteger left = balances.getOrDefault(holder, BigInteger.ZERO).add(amount);
    if (left.signum() == 0) {
      balances.remove(holder);
    } else {
      balances.put(holder, left);
    }
  }
}
