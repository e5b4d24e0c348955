package org.oml.prover.panel;

import java.util.List;
import org.oml.protocol.Bytes32;
import org.oml.servicekit.peer.Peer;

/** Another prover's service. */
final class HttpPlanSource implements PlanSource {

  private final Peer peer;

  HttpPlanSource(Peer peer) {
    this.peer = peer;
  }

  @Override
  public List<Bytes32> waiting() {
    return peer.get("/v1/panels", PanelEndpoints.Waiting.class).planIds();
  }

  @Override
  public AskedPlan questions(Bytes32 planId) {
    return peer.get("/v1/panels/" + planId, AskedPlan.class);
  }

  @Override
  public void deliver(Bytes32 planId, List<AttestedAnswer> answers) {
    peer.put(
        "/v1/panels/" + planId + "/answers",
        new PanelEndpoints.Answered(answers),
        PanelEndpoints.Taken.class);
  }
}
