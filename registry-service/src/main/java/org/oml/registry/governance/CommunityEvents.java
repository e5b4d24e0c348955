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
import org.oml.contracts.binding.CommunityGovernor;
import org.oml.contracts.binding.CommunityShares;
import org.oml.protocol.Address;
import org.springframework.stereotype.Component;
import org.web3j.abi.EventEncoder;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/**
 * Proposals and shareholders, gathered from final blocks since the deployment. Read on from where
 * the last question left off; nothing is kept beyond the process.
 */
@Component
final class CommunityEvents {

  /** Nodes refuse more at a time. */
  private static final long BLOCKS_AT_ONCE = 10_000;

  /** So that a question about a long chain is answered before its asker gives up. */
  private static final int RANGES_AT_ONCE = 20;

  private static final int MOST_PROPOSALS = 1_000;

  private static final String CREATED =
      EventEncoder.encode(CommunityGovernor.PROPOSALCREATED_EVENT);
  private static final String VOTED = EventEncoder.encode(CommunityGovernor.VOTECAST_EVENT);
  private static final String VOTED_WITH_PARAMETERS =
      EventEncoder.encode(CommunityGovernor.VOTECASTWITHPARAMS_EVENT);
  private static final String TRANSFER = EventEncoder.encode(CommunityShares.TRANSFER_EVENT);

  private final ChainClient client;
  private final Address governor;
  private final Address shares;
  private final int finalityDepth;
  private final List<Proposal> proposals = new ArrayList<>();
  private final Map<BigInteger, List<Vote>> votes = new HashMap<>();
  private final Map<Address, BigInteger> balances = new HashMap<>();
  private long next;

  CommunityEvents(ChainClient client, ContractAddresses addresses, ChainSettings settings) {
    this.client = client;
    this.governor = addresses.of(Contract.COMMUNITY_GOVERNOR);
    this.shares = addresses.of(Contract.COMMUNITY_SHARES);
    this.finalityDepth = settings.finalityDepth();
    this.next = addresses.deployedAtBlock();
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

  /** Reads on, at most twenty ranges of blocks, and tells what is known. */
  synchronized Known read() {
    long end = client.head().number() - finalityDepth;
    for (int range = 0; range < RANGES_AT_ONCE && next <= end; range++) {
      long last = Math.min(end, next + BLOCKS_AT_ONCE - 1);
      logs(next, last).forEach(this::take);
      next = last + 1;
    }
    Map<BigInteger, List<Vote>> cast = new HashMap<>();
    votes.forEach((proposal, all) -> cast.put(proposal, List.copyOf(all)));
    return new Known(next - 1, List.copyOf(proposals).reversed(), cast, Map.copyOf(balances));
  }

  private List<Log> logs(long from, long to) {
    EthFilter filter =
        new EthFilter(
            DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
            DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
            List.of(governor.toString(), shares.toString()));
    filter.addOptionalTopics(CREATED, VOTED, VOTED_WITH_PARAMETERS, TRANSFER);
    return client.send(web3j -> web3j.ethGetLogs(filter)).getLogs().stream()
        .<Log>map(result -> ((EthLog.LogObject) result).get())
        .toList();
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
