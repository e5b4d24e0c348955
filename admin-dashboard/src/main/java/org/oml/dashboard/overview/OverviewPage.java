package org.oml.dashboard.overview;

import java.util.List;
import org.oml.dashboard.epoch.UsageChart;
import org.oml.dashboard.live.Figures;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Audit;
import org.oml.dashboard.platform.HourlyUsage;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.ServiceHealth;
import org.oml.dashboard.platform.TotalUsage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The platform on one page, each number a way to what it is made of. */
@Controller
final class OverviewPage {

  private static final int HOURS = 24;

  private final Platform platform;
  private final Figures figures;

  OverviewPage(Platform platform, Figures figures) {
    this.platform = platform;
    this.figures = figures;
  }

  @GetMapping("/")
  String overview(Model model) {
    List<Asked<ServiceHealth>> health = platform.health();
    Asked<TotalUsage> usage = platform.usage();
    Asked<HourlyUsage> hours = platform.usageByHour(HOURS);
    Asked<List<Audit>> audits = platform.audits();
    Asked<List<PenaltyCase>> cases = platform.cases();
    model.addAttribute("figures", figures.now());
    List<Answer<ServiceHealth>> services = health.stream().map(Asked::answer).toList();
    model.addAttribute("services", services);
    model.addAttribute("usage", usage.answer());
    Answer<HourlyUsage> byHour = hours.answer();
    model.addAttribute("hours", byHour);
    model.addAttribute("chart", UsageChart.of(byHour.value(), HOURS));
    model.addAttribute("audits", audits.answer());
    model.addAttribute("cases", cases.answer());
    return "overview";
  }
}
