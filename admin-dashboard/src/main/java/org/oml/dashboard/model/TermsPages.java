package org.oml.dashboard.model;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.log.AdminLog;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Terms;
import org.oml.dashboard.platform.UnsignedTransaction;
import org.oml.protocol.CodedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * New terms: what they would do, and the transaction that brings them. The admin's own wallet signs
 * it in the browser; nothing here holds a key for that.
 */
@Controller
final class TermsPages {

  private static final String USUAL_SHARE = "0.001";
  private static final String USUAL_RATE = "1";

  private final Platform platform;
  private final AdminLog log;

  TermsPages(Platform platform, AdminLog log) {
    this.platform = platform;
    this.log = log;
  }

  @GetMapping("/models/{community}/{name}/terms")
  String edit(@PathVariable String community, @PathVariable String name, Model model) {
    show(community, name, Map.of(), model);
    return "terms";
  }

  /** Says what the terms would do, and asks the registry for the transaction. */
  @PostMapping("/models/{community}/{name}/terms")
  String preview(
      Principal admin,
      @PathVariable String community,
      @PathVariable String name,
      @RequestParam Map<String, String> typed,
      Model model) {
    Terms present = show(community, name, typed, model);
    if (present == null) {
      return "terms";
    }
    try {
      Terms terms = TermsForm.read(present, typed);
      model.addAttribute(
          "effect",
          TermsEffect.of(
              terms,
              TermsForm.assumption(typed, "auditShare", USUAL_SHARE),
              TermsForm.assumption(typed, "rate", USUAL_RATE)));
      String full = community + "/" + name;
      log.note(admin.getName(), "prepares terms of version " + terms.version(), full);
      Answer<UnsignedTransaction> transaction =
          platform
              .transactionOf(full, terms, typed.getOrDefault("description", "").strip())
              .answer();
      model.addAttribute("transaction", transaction);
    } catch (IllegalArgumentException | CodedException meaningless) {
      model.addAttribute("refused", meaningless.getMessage());
    }
    return "terms";
  }

  private @Nullable Terms show(
      String community, String name, Map<String, String> typed, Model model) {
    String full = ModelPages.requireName(community) + "/" + ModelPages.requireName(name);
    Answer<List<Terms>> terms = platform.terms(full).answer();
    if (terms.isUnknown()) {
      throw new MissingException();
    }
    List<Terms> history = terms.value();
    Terms present = history == null || history.isEmpty() ? null : history.getFirst();
    model.addAttribute("community", community);
    model.addAttribute("name", name);
    model.addAttribute("terms", terms);
    model.addAttribute("present", present);
    model.addAttribute(
        "fields", present == null ? List.of() : TermsForm.with(TermsForm.of(present), typed));
    model.addAttribute("auditShare", typed.getOrDefault("auditShare", USUAL_SHARE));
    model.addAttribute("rate", typed.getOrDefault("rate", USUAL_RATE));
    model.addAttribute("description", typed.getOrDefault("description", ""));
    return present;
  }

  /** What the wallet sent, for the log. */
  @PostMapping("/models/{community}/{name}/terms/sent")
  String sent(
      Principal admin,
      @PathVariable String community,
      @PathVariable String name,
      @RequestParam String hash,
      RedirectAttributes afterwards) {
    String full = ModelPages.requireName(community) + "/" + ModelPages.requireName(name);
    if (!hash.matches("0x[0-9a-f]{64}")) {
      throw new MissingException();
    }
    log.note(admin.getName(), "sent the transaction of new terms of " + full, hash);
    afterwards.addFlashAttribute(
        "done", "The wallet sent " + hash + ". What came of it appears here and at Governance.");
    return "redirect:/models/" + full;
  }
}
