package org.oml.dashboard.log;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** Shows what admins did. */
@Controller
final class LogPage {

  private final AdminLog log;

  LogPage(AdminLog log) {
    this.log = log;
  }

  @GetMapping("/log")
  String log(Model model) {
    model.addAttribute("entries", log.newest());
    return "log";
  }
}
