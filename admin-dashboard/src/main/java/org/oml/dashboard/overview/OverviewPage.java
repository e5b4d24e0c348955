package org.oml.dashboard.overview;

import java.util.List;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Audit;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.ServiceHealth;
import org.oml.dashboard.platform.TotalUsage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** Services, permits, audits and cases. */
@Controller
final class OverviewPage {

  private final Platform platform;

  OverviewPage(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/")
  String overview(Model model) {
    List<Asked<ServiceHealth>> health = platform.health();
    Asked<TotalUsage> usage = platform.usage();
    Asked<List<Audit>> audits = platform.audits();
    Asked<List<PenaltyCase>> cases = platform.cases();
    List<Answer<ServiceHealth>> services = health.stream().map(Asked::answer).toList();
    model.addAttribute("services", services);
    model.addAttribute("usage", usage.answer());
    model.addAttribute("audits", audits.answer());
    model.addAttribute("cases", cases.answer());
    return "overview";
  }
}
