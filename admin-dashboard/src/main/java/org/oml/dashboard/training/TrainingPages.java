package org.oml.dashboard.training;

import java.security.Principal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.attack.AttackReports;
import org.oml.dashboard.log.AdminLog;
import org.oml.dashboard.page.Chart;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Training;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** All jobs, and one with its curves; ends one, or has it tried again. */
@Controller
final class TrainingPages {

  private final Platform platform;
  private final AttackReports attacks;
  private final AdminLog log;

  TrainingPages(Platform platform, AttackReports attacks, AdminLog log) {
    this.platform = platform;
    this.attacks = attacks;
    this.log = log;
  }

  @GetMapping("/training")
  String jobs(Model model) {
    model.addAttribute("jobs", platform.jobs().answer());
    model.addAttribute("attacks", attacks.all());
    return "training";
  }

  @GetMapping("/training/{jobId}")
  String job(@PathVariable UUID jobId, Model model) {
    Answer<Training> training = found(jobId);
    Training value = training.value();
    model.addAttribute("jobId", jobId);
    model.addAttribute("training", training);
    model.addAttribute("chart", curves(value == null ? List.of() : value.history()));
    return "job";
  }

  /** Asks once more before something is done. */
  @GetMapping("/training/{jobId}/{action:cancel|retry}")
  String confirm(@PathVariable UUID jobId, @PathVariable String action, Model model) {
    model.addAttribute("jobId", jobId);
    model.addAttribute("training", found(jobId));
    model.addAttribute("action", action);
    return "job-confirm";
  }

  @PostMapping("/training/{jobId}/{action:cancel|retry}")
  String act(
      Principal admin,
      @PathVariable UUID jobId,
      @PathVariable String action,
      RedirectAttributes afterwards) {
    String job = "job " + jobId;
    log.note(admin.getName(), "asks to " + action, job);
    Answer<Training> done =
        (action.equals("cancel") ? platform.cancel(jobId) : platform.retry(jobId)).answer();
    if (done.isUnknown()) {
      throw new MissingException();
    }
    Answer.Absence refusal = done.absence();
    log.note(admin.getName(), action + (refusal == null ? ": done" : ": refused"), job);
    afterwards.addFlashAttribute(
        refusal == null ? "done" : "refused",
        refusal == null ? outcome(action) : refusal.sentence());
    return "redirect:/training/" + jobId;
  }

  private static String outcome(String action) {
    return action.equals("cancel")
        ? "The job is cancelled; its worker stops with the next heartbeat."
        : "The job waits for a worker again.";
  }

  private Answer<Training> found(UUID jobId) {
    Answer<Training> training = platform.training(jobId).answer();
    if (training.isUnknown()) {
      throw new MissingException();
    }
    return training;
  }

  private static Chart curves(List<Training.Point> points) {
    return Chart.over(
            "Loss and fingerprints learnt over time",
            points.stream().map(point -> point.at().getEpochSecond()).toList())
        .line("loss in nats", "loss", points, Training.Point::loss)
        .line("fingerprints learnt", "fingerprints", points, TrainingPages::learnt);
  }

  private static @Nullable Double learnt(Training.Point point) {
    Integer learnt = point.learnt();
    return learnt == null ? null : learnt.doubleValue();
  }
}
