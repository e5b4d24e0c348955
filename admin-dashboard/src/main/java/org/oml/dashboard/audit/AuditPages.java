package org.oml.dashboard.audit;

import java.util.UUID;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Audit;
import org.oml.dashboard.platform.Platform;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** What was asked of a host, and what came of it. */
@Controller
final class AuditPage {

  private final Platform platform;

  AuditPage(Platform platform) {
    this.platform = platform;
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
