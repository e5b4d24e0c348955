package org.oml.prover.panel;

import java.util.HashMap;
import java.util.Map;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.panel.Seat.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a seat, joins panels and takes each a step further; one that is stuck does not hold up
 * another.
 */
final class SeatWorker {

  private static final Logger LOG = LoggerFactory.getLogger(SeatWorker.class);

  private final SeatStore seats;
  private final SeatSteps steps;
  private final PanelChain chain;
  private final Map<PanelSettings.Peer, PlanSource> sources;
  private final Map<String, PlanSource> byUrl = new HashMap<>();
  private final Map<PanelSettings.Peer, String> troubles = new HashMap<>();
  private final boolean seated;

  SeatWorker(
      SeatStore seats,
      SeatSteps steps,
      PanelChain chain,
      Map<PanelSettings.Peer, PlanSource> sources,
      boolean seated) {
    this.seats = seats;
    this.steps = steps;
    this.chain = chain;
    this.sources = Map.copyOf(sources);
    this.seated = seated;
    sources.forEach((peer, source) -> byUrl.put(peer.url().toString(), source));
  }

  /** Takes a seat, joins panels, and takes what is answered further. */
  void advance() {
    if (seated) {
      takeSeat();
      sources.forEach(this::join);
    }
    seats.unfinished(chain.account()).stream()
        .filter(seat -> seat.state() != State.ASKING)
        .forEach(this::advance);
  }

  /** Asks what is due; to be called so often that its rhythm does not show in the pauses. */
  void ask() {
    seats.unfinished(chain.account()).stream()
        .filter(seat -> seat.state() == State.ASKING)
        .forEach(this::advance);
  }

  void failed(RuntimeException reason) {
    LOG.warn("Seats cannot be looked at; trying again", reason);
  }

  private void takeSeat() {
    try {
      String refused = chain.takeSeat();
      if (refused != null) {
        LOG.warn("No seat among the provers: {}", refused);
      }
    } catch (CodedException e) {
      LOG.info("No seat among the provers yet: {}", e.getMessage());
    }
  }

  private void join(PanelSettings.Peer peer, PlanSource source) {
    try {
      steps.join(peer, source);
      troubles.remove(peer);
    } catch (CodedException e) {
      String trouble = String.valueOf(e.getMessage());
      if (!trouble.equals(troubles.put(peer, trouble))) {
        LOG.info("The plans of {} cannot be seen: {}", peer.account(), trouble);
      }
    } catch (RuntimeException e) {
      LOG.warn("The plans of {} cannot be seen", peer.account(), e);
    }
  }

  private void advance(Seat seat) {
    try {
      steps.advance(seat, byUrl);
    } catch (CodedException e) {
      LOG.info("The seat on {} waits: {}", seat.planId(), e.getMessage());
      heldUp(seat, e.code().code(), String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("The seat on {} waits", seat.planId(), e);
      heldUp(seat, ProverError.STEP_FAILED.code(), "The log of the prover has the cause.");
    }
  }

  private void heldUp(Seat seat, String failure, String detail) {
    seats.heldUp(chain.account(), seat, failure, detail);
  }
}
