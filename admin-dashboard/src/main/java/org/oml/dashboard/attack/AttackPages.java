package org.oml.dashboard.attack;

import org.oml.dashboard.page.MissingException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** One report of attacks. */
@Controller
final class AttackPages {

  private final AttackReports reports;

  AttackPages(AttackReports reports) {
    this.reports = reports;
  }

  @GetMapping("/attacks/{name}")
  String report(@PathVariable String name, Model model) {
    model.addAttribute("report", reports.find(name).orElseThrow(MissingException::new));
    return "attack";
  }
}
