package org.oml.gateway.defence;

import java.io.IOException;
import org.oml.gateway.chain.Node;
import org.oml.gateway.chain.Panels;

/** Watches for panels' plans against the host, and answers their hits. */
final class PanelDefence {

  private final Panels panels;
  private final PlanWatch watch;
  private final PlanFiles files;
  private final PlanRebutter rebutter;

  PanelDefence(Panels panels, PlanWatch watch, PlanFiles files, PlanRebutter rebutter) {
    this.panels = panels;
    this.watch = watch;
    this.files = files;
    this.rebutter = rebutter;
  }

  void look(Node.Head head) throws IOException {
    watch.look(head.number());
    for (AccusedPlan each : files.openPlans()) {
      rebutter.advance(each, head);
    }
  }

  /** From a question of a panel to the end of what it brings before the court, in seconds. */
  long longest() throws IOException {
    return panels.longestPanel();
  }
}
