package org.oml.dashboard.audit;

import java.util.List;
import java.util.UUID;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Audit;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Schedule;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** What was asked of hosts, what came of it, and when they are asked again. */
@Controller
final class AuditPages {

  private final Platform platform;

  AuditPages(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/audits")
  String audits(Model model) {
    Asked<List<Audit>> audits = platform.audits();
    Asked<List<Schedule>> schedules = platform.schedules();
    model.addAttribute("audits", audits.answer());
    model.addAttribute("schedules", schedules.answer());
    return "audits";
  }

  @GetMapping("/audits/{auditId}")
  String audit(@PathVariable UUID auditId, Model model) {
    Answer<Audit> audit = platform.audit(auditId).answer();
    if (audit.isUnknown()) {
      throw new MissingException();
    }
    model.addAttribute("auditId", auditId);
    model.addAttribute("audit", audit);
    return "audit";
  }
}
