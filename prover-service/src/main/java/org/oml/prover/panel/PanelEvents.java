package org.oml.prover.panel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.oml.chain.ChainClient;
import org.oml.chain.ChainSettings;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.chain.read.LogScan;
import org.oml.contracts.binding.PanelCourt;
import org.oml.contracts.binding.ProverRegistry;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.stereotype.Component;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.protocol.core.methods.response.Log;

/**
 * What everybody did for plans on chain, members and strangers too, gathered from final blocks
 * since the deployment.
 */
@Component
class PanelEvents {

  private static final int MOST_PLANS = 1_000;

  /** In a topic of 32 bytes, as hexadecimal digits behind {@code 0x}. */
  private static final int ADDRESS_BEGINS = 2 + 2 * (32 - 20);

  /** Whose place in an event is a topic's number, 0 if nobody's. */
  private record Reading(String step, int plan, int member) {}

  private static final Map<Event, Reading> READINGS =
      Map.ofEntries(
          Map.entry(PanelCourt.PLANCOMMITTED_EVENT, new Reading("COMMIT", 1, 0)),
          Map.entry(ProverRegistry.PANELDRAWN_EVENT, new Reading("DRAW", 1, 0)),
          Map.entry(ProverRegistry.ANSWERSCOMMITTED_EVENT, new Reading("ANSWER", 1, 2)),
          Map.entry(ProverRegistry.ANSWERREVEALED_EVENT, new Reading("REVEAL", 1, 2)),
          Map.entry(ProverRegistry.PROVERSLASHED_EVENT, new Reading("SILENCE", 2, 1)),
          Map.entry(PanelCourt.PLANOPENED_EVENT, new Reading("OPEN", 1, 0)),
          Map.entry(PanelCourt.ASKHIT_EVENT, new Reading("ASK", 1, 2)),
          Map.entry(PanelCourt.ASKREBUTTED_EVENT, new Reading("REBUT", 1, 0)),
          Map.entry(PanelCourt.PLANEXPIRED_EVENT, new Reading("EXPIRE", 1, 0)),
          Map.entry(PanelCourt.PLANDECIDED_EVENT, new Reading("DECIDE", 1, 0)),
          Map.entry(PanelCourt.PLANSTOPPED_EVENT, new Reading("STOP", 1, 0)),
          Map.entry(PanelCourt.PLANPAID_EVENT, new Reading("PAYOUT", 1, 0)));

  private final LogScan scan;
  private final Map<String, Reading> readings = new LinkedHashMap<>();
  private final Map<Bytes32, List<PanelEvent>> plans = new LinkedHashMap<>();

  PanelEvents(ChainClient client, ContractAddresses addresses, ChainSettings settings) {
    this.scan =
        new LogScan(
            client,
            settings,
            addresses.deployedAtBlock(),
            List.of(addresses.of(Contract.PANEL_COURT), addresses.of(Contract.PROVER_REGISTRY)),
            List.copyOf(READINGS.keySet()));
    READINGS.forEach((event, reading) -> readings.put(EventEncoder.encode(event), reading));
  }

  /**
   * What was done for a plan, in the chain's order; of the thousand newest plans alone.
   *
   * @throws org.oml.protocol.CodedException when the chain does not answer
   */
  synchronized List<PanelEvent> of(Bytes32 planId) {
    scan.readOn(this::take);
    return List.copyOf(plans.getOrDefault(planId, List.of()));
  }

  private void take(Log log) {
    List<String> topics = log.getTopics();
    Reading reading = Objects.requireNonNull(readings.get(topics.getFirst()));
    Bytes32 planId = Bytes32.parse(topics.get(reading.plan()));
    if (!plans.containsKey(planId) && plans.size() == MOST_PLANS) {
      plans.remove(plans.keySet().iterator().next());
    }
    plans
        .computeIfAbsent(planId, none -> new ArrayList<>())
        .add(
            new PanelEvent(
                reading.step(),
                log.getTransactionHash(),
                reading.member() == 0 ? null : address(topics.get(reading.member())),
                log.getBlockNumber().longValueExact()));
  }

  private static Address address(String topic) {
    return Address.parse("0x" + topic.substring(ADDRESS_BEGINS));
  }
}
