package org.oml.dashboard.penalty;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Mined;
import org.oml.dashboard.platform.PanelTrial;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.Platform;
import org.oml.protocol.Bytes32;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.JsonNode;

/** All cases, the way of one to its verdict, and everything about it. */
@Controller
final class CasePages {

  private final Platform platform;

  CasePages(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/cases")
  String cases(HttpServletRequest request, Model model) {
    Asked<List<PenaltyCase>> cases = platform.cases();
    Asked<List<PanelTrial>> trials = platform.panelTrials();
    model.addAttribute("cases", cases.answer());
    Answer<List<PanelTrial>> known = trials.answer();
    model.addAttribute("trials", known);
    model.addAttribute("shownTrials", shown(known.value(), request.isUserInRole("OPERATOR")));
    return "cases";
  }

  /** Whom a plan is about is the operators' secret until it is opened. */
  private static List<PanelTrial> shown(@Nullable List<PanelTrial> trials, boolean all) {
    return trials == null
        ? List.of()
        : trials.stream().filter(trial -> all || trial.isOpened()).toList();
  }

  /** Before the court has it, operators alone see it. */
  @GetMapping("/cases/panels/{planUuid}")
  String panel(HttpServletRequest request, @PathVariable UUID planUuid, Model model) {
    Answer<PanelTrial> found = platform.panelTrial(planUuid).answer();
    PanelTrial trial = found.value();
    boolean hidden =
        trial != null && shown(List.of(trial), request.isUserInRole("OPERATOR")).isEmpty();
    if (found.isUnknown() || hidden) {
      throw new MissingException();
    }
    model.addAttribute("planUuid", planUuid);
    model.addAttribute("found", found);
    model.addAttribute("timeline", trial == null ? List.of() : PanelTimeline.of(trial));
    model.addAttribute("mined", trial == null ? Map.of() : mined(trial));
    return "panel";
  }

  @GetMapping("/cases/panels/{planUuid}/dossier")
  ResponseEntity<String> panelDossier(@PathVariable UUID planUuid) {
    return file("panel-" + planUuid, platform.panelDossier(planUuid).answer());
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
    model.addAttribute("timeline", value == null ? List.of() : way(value));
    model.addAttribute("mined", value == null ? Map.of() : mined(value.transactions()));
    return "case";
  }

  /** What was asked is a secret until the court has it. */
  private List<Moment> way(PenaltyCase shown) {
    JsonNode dossier =
        shown.revealedAt() == null ? null : platform.dossier(shown.caseId()).answer().value();
    return Stream.concat(Exchange.moments(dossier).stream(), Timeline.of(shown).stream()).toList();
  }

  private Map<String, Answer<Mined>> mined(PanelTrial trial) {
    Map<String, Answer<Mined>> mined = trial.mined();
    mined.putAll(
        mined(
            trial.transactions().stream()
                .filter(sent -> !mined.containsKey(sent.hash()))
                .toList()));
    return mined;
  }

  /** Where each transaction is, by their hashes. */
  private Map<String, Answer<Mined>> mined(List<PenaltyCase.Transaction> transactions) {
    Map<String, Asked<Mined>> asked = new LinkedHashMap<>();
    for (PenaltyCase.Transaction sent : transactions) {
      asked.put(sent.hash(), platform.transaction(Bytes32.parse(sent.hash())));
    }
    Map<String, Answer<Mined>> found = new LinkedHashMap<>();
    asked.forEach((hash, mined) -> found.put(hash, mined.answer()));
    return found;
  }

  /**
   * What the prover has on record, to be kept or checked elsewhere. Before the reveal it holds what
   * the host must not hear of.
   */
  @GetMapping("/cases/{caseId}/dossier")
  ResponseEntity<String> dossier(HttpServletRequest request, @PathVariable UUID caseId) {
    PenaltyCase shown = platform.penaltyCase(caseId).answer().value();
    if (shown == null || (shown.revealedAt() == null && !request.isUserInRole("OPERATOR"))) {
      throw new MissingException();
    }
    return file("case-" + caseId, platform.dossier(caseId).answer());
  }

  private static ResponseEntity<String> file(String name, Answer<JsonNode> dossier) {
    JsonNode found = dossier.value();
    if (found == null) {
      throw new MissingException();
    }
    return ResponseEntity.ok()
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + ".json\"")
        .contentType(MediaType.APPLICATION_JSON)
        .body(found.toPrettyString());
  }
}
