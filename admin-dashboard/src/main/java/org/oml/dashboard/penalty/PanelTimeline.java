package org.oml.dashboard.penalty;

import static org.oml.dashboard.penalty.Steps.chainTime;

import java.util.List;
import java.util.Set;
import org.oml.dashboard.penalty.Moment.Mark;
import org.oml.dashboard.platform.PanelTrial;
import org.oml.dashboard.platform.PanelTrial.Course;

/** The steps of a case N or T in their order. */
final class PanelTimeline {

  private static final Set<String> CONVICTED = Set.of("CONVICTED", "PAID");
  private static final Set<String> ENDED_EARLY = Set.of("EXPIRED", "ACQUITTED", "STOPPED");

  private final PanelTrial trial;
  private final Course course;
  private final Steps steps;

  private PanelTimeline(PanelTrial trial, Course course) {
    this.trial = trial;
    this.course = course;
    this.steps = new Steps(trial.allTransactions());
  }

  static List<Moment> of(PanelTrial trial) {
    Course course = trial.course();
    if (course == null) {
      return List.of();
    }
    PanelTimeline timeline = new PanelTimeline(trial, course);
    timeline.before();
    timeline.panel();
    timeline.court();
    return timeline.steps.moments();
  }

  private void before() {
    steps.add(
        "Planned",
        trial.plan().kind().equals("N")
            ? "The host answered without receipts that could be kept."
            : "A copy elsewhere answers as this instance was taught to.",
        trial.plan().createdAt(),
        true);
    steps.add(
        "Committed",
        "The plan is committed to on chain with a bond; whom it is about, nobody sees.",
        chainTime(course.committedAt()),
        course.committedAt() > 0,
        "COMMIT");
  }

  private void panel() {
    int members = course.members().size();
    steps.add(
        "Panel drawn",
        members == 0 ? "Its members are drawn by lot." : "Drawn by lot: " + members + ".",
        chainTime(course.drawnAt()),
        course.drawnAt() > 0,
        "DRAW");
    steps.add(
        "Answers committed",
        "Members ask %d questions, each its own, without knowing what should be answered: %d of %d committed to what they heard."
            .formatted(trial.questions(), course.committed(), members),
        null,
        course.revealed() > 0 || trial.isOpened(),
        "ANSWER");
    steps.add(
        "Answers revealed",
        "%d of %d answers are revealed.".formatted(course.revealed(), course.answers()),
        null,
        trial.isOpened(),
        "REVEAL",
        "SILENCE");
    steps.add(
        "Opened",
        "The court has the plan, and has seen " + hits() + ".",
        null,
        trial.isOpened(),
        "OPEN",
        "ASK");
  }

  private String hits() {
    return course.hits() == 1 ? "1 hit" : course.hits() + " hits";
  }

  private void court() {
    String state = trial.plan().state();
    boolean convicted = CONVICTED.contains(state);
    if (ENDED_EARLY.contains(state)) {
      steps.end(
          title(state),
          why(state),
          Mark.DONE,
          chainTime(course.decidedAt()),
          "EXPIRE",
          "DECIDE",
          "STOP");
    } else if (trial.plan().finished() && !convicted) {
      steps.end("Stopped", failure(), Mark.STOPPED, null);
    } else {
      steps.add(
          "Window",
          "Until it is over, anybody may acquit the host of a hit with its permit.",
          null,
          convicted,
          "REBUT");
      steps.add(
          "Convicted",
          "The panel convinced the court: the host's stake is slashed.",
          chainTime(course.decidedAt()),
          convicted,
          "DECIDE");
    }
    if (trial.isOpened() || (!trial.plan().finished() && !state.equals("EXPIRED"))) {
      steps.add(
          "Settled",
          "The prover collects its bond, and panel and prover what the court owes them.",
          null,
          state.equals("PAID") || trial.plan().finished(),
          "PAYOUT",
          "COLLECT");
    }
  }

  private static String title(String state) {
    return switch (state) {
      case "EXPIRED" -> "Expired";
      case "ACQUITTED" -> "Acquitted";
      default -> "Stopped";
    };
  }

  private static String why(String state) {
    return switch (state) {
      case "EXPIRED" -> "The panel did not convince in time: the prover's bond is lost.";
      case "ACQUITTED" -> "The host was acquitted.";
      default -> "The case was stopped by those who govern.";
    };
  }

  private String failure() {
    String detail = trial.plan().detail() == null ? "The plan ended." : trial.plan().detail();
    return trial.plan().failure() == null ? detail : detail + " (" + trial.plan().failure() + ")";
  }
}
