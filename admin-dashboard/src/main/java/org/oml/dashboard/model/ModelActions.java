package org.oml.dashboard.model;

import java.security.Principal;
import org.oml.dashboard.log.AdminLog;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Revisions;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Has an alias name another revision, and says how one is published. */
@Controller
final class ModelActions {

  private final Platform platform;
  private final AdminLog log;

  ModelActions(Platform platform, AdminLog log) {
    this.platform = platform;
    this.log = log;
  }

  @GetMapping("/models/{community}/{name}/alias")
  String alias(@PathVariable String community, @PathVariable String name, Model model) {
    Answer<Revisions> revisions = platform.revisions(fullName(community, name)).answer();
    if (revisions.isUnknown()) {
      throw new MissingException();
    }
    model.addAttribute("community", community);
    model.addAttribute("name", name);
    model.addAttribute("revisions", revisions);
    return "alias";
  }

  @PostMapping("/models/{community}/{name}/alias")
  String point(
      Principal admin,
      @PathVariable String community,
      @PathVariable String name,
      @RequestParam String alias,
      @RequestParam String revision,
      RedirectAttributes afterwards) {
    String full = fullName(community, name);
    String what = ModelPages.line(alias) + " to " + ModelPages.line(revision);
    log.note(admin.getName(), "asks to point the alias " + what, full);
    Answer.Absence refusal = platform.point(full, alias, revision).answer().absence();
    log.note(
        admin.getName(),
        "point the alias " + what + (refusal == null ? ": done" : ": refused"),
        full);
    afterwards.addFlashAttribute(
        refusal == null ? "done" : "refused",
        refusal == null ? alias + " names this revision now." : refusal.sentence());
    return "redirect:/models/" + full;
  }

  private static String fullName(String community, String name) {
    return ModelPages.requireName(community) + "/" + ModelPages.requireName(name);
  }

  /** Files go from a shell: a model of many gigabytes is not for a browser's form. */
  @GetMapping("/models/publish")
  String publish(
      @RequestParam(defaultValue = "") String directory,
      @RequestParam(defaultValue = "") String name,
      @RequestParam(defaultValue = "") String alias,
      Model model) {
    model.addAttribute("directory", directory);
    model.addAttribute("name", name);
    model.addAttribute("alias", alias);
    model.addAttribute("command", PublishCommand.of(directory, name, alias));
    return "publish";
  }
}
