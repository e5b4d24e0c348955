package org.oml.dashboard.penalty;

import java.util.List;
import java.util.UUID;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.Platform;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The way of a case to its verdict. */
@Controller
final class CasePage {

  private final Platform platform;

  CasePage(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/cases/{caseId}")
  String penaltyCase(@PathVariable UUID caseId, Model model) {
    Answer<PenaltyCase> found = platform.penaltyCase(caseId).answer();
    if (found.isUnknown()) {
      throw new MissingException();
    }
    PenaltyCase value = found.value();
    model.addAttribute("caseId", caseId);
    model.addAttribute("found", found);
    model.addAttribute("timeline", value == null ? List.of() : Timeline.of(value));
    return "case";
  }
}
