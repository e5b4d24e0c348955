package org.oml.dashboard.host;

import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.oml.dashboard.log.AdminLog;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Suspension;
import org.oml.protocol.Address;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Suspends a host, or lifts that, at both services that serve hosts. */
@Controller
final class HostSuspension {

  private final Platform platform;
  private final AdminLog log;

  HostSuspension(Platform platform, AdminLog log) {
    this.platform = platform;
    this.log = log;
  }

  /** Asks once more, and for what reason. */
  @GetMapping("/hosts/{host:0x[0-9a-fA-F]{40}}/{action:suspend|lift}")
  String confirm(@PathVariable String host, @PathVariable String action, Model model) {
    model.addAttribute("address", HostPages.address(host));
    model.addAttribute("action", action);
    return "host-confirm";
  }

  @PostMapping("/hosts/{host:0x[0-9a-fA-F]{40}}/suspend")
  String suspend(
      Principal admin,
      @PathVariable String host,
      @RequestParam String reason,
      RedirectAttributes afterwards) {
    Address address = HostPages.address(host);
    log.note(admin.getName(), "asks to suspend: " + line(reason), address.toString());
    return outcome(
        admin,
        "suspend",
        address,
        platform.suspend(address, reason),
        "The host is suspended: it gets no permits and downloads nothing.",
        afterwards);
  }

  /** As the services take it: what is longer or has several lines is refused there. */
  private static String line(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}", " ");
    return line.substring(0, Math.min(line.length(), 500));
  }

  @PostMapping("/hosts/{host:0x[0-9a-fA-F]{40}}/lift")
  String lift(Principal admin, @PathVariable String host, RedirectAttributes afterwards) {
    Address address = HostPages.address(host);
    log.note(admin.getName(), "asks to lift the suspension", address.toString());
    return outcome(
        admin,
        "lift the suspension",
        address,
        platform.lift(address),
        "The suspension is lifted.",
        afterwards);
  }

  private String outcome(
      Principal admin,
      String action,
      Address host,
      List<Asked<List<Suspension>>> asked,
      String success,
      RedirectAttributes afterwards) {
    String refusals =
        asked.stream()
            .map(one -> one.answer().absence())
            .filter(Objects::nonNull)
            .map(Answer.Absence::sentence)
            .collect(Collectors.joining(" "));
    boolean done = refusals.isEmpty();
    log.note(
        admin.getName(), action + (done ? ": done" : ": not done everywhere"), host.toString());
    afterwards.addFlashAttribute(done ? "done" : "refused", done ? success : refusals);
    return "redirect:/hosts/" + host;
  }
}
