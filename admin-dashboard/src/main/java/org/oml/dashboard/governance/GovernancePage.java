package org.oml.dashboard.governance;

import java.util.List;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Epoch;
import org.oml.dashboard.platform.Governance;
import org.oml.dashboard.platform.Platform;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** Proposals, the timelock's queue, revenue and shares. */
@Controller
final class GovernancePage {

  private final Platform platform;

  GovernancePage(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/governance")
  String governance(Model model) {
    Asked<Governance> governance = platform.governance();
    Asked<List<Epoch>> epochs = platform.epochs();
    model.addAttribute("governance", governance.answer());
    model.addAttribute("epochs", epochs.answer());
    return "governance";
  }
}
