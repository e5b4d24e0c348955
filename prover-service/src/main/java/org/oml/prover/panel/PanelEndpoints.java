package org.oml.prover.panel;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.contracts.PanelDossier;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.ProverSettings;
import org.oml.prover.panel.SentSteps.SentStep;
import org.oml.servicekit.identity.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Members of panels get their questions here and bring their answers; operators order plans and see
 * them. Nobody else sees a plan: a host that read its name would behave until the panel has gone.
 */
@RestController
final class PanelEndpoints {

  private static final int MOST = 200;

  private final PlanDesk desk;
  private final PlanMaker maker;
  private final PlanStore plans;
  private final SentSteps sent;
  private final SeatStore seats;
  private final PanelChain chain;
  private final PanelEvents events;
  private final PanelDossierWriter dossiers;
  private final ProverSettings settings;

  PanelEndpoints(
      PlanDesk desk,
      PlanMaker maker,
      PlanStore plans,
      SentSteps sent,
      SeatStore seats,
      PanelChain chain,
      PanelEvents events,
      PanelDossierWriter dossiers,
      ProverSettings settings) {
    this.desk = desk;
    this.maker = maker;
    this.plans = plans;
    this.sent = sent;
    this.seats = seats;
    this.chain = chain;
    this.events = events;
    this.dossiers = dossiers;
    this.settings = settings;
  }

  record Waiting(List<Bytes32> planIds) {}

  record Answered(List<AttestedAnswer> answers) {}

  record Taken(int answers) {}

  record Ordered(UUID planUuid) {}

  /** A plan with what was sent for it. */
  record View(Plan plan, int questions, int answers, List<SentStep> transactions) {}

  record Views(List<View> plans) {}

  /** A plan with what was sent for it and how it goes. */
  record Detail(
      Plan plan, int questions, int answers, List<SentStep> transactions, PlanCourse course) {

    static Detail of(View view, PlanCourse course) {
      return new Detail(view.plan, view.questions, view.answers, view.transactions, course);
    }
  }

  record Seats(List<Seat> seats) {}

  @GetMapping("/v1/panels")
  Waiting waiting(Caller caller) {
    return new Waiting(desk.waitingFor(caller.address()));
  }

  @GetMapping("/v1/panels/{planId}")
  AskedPlan questions(Caller caller, @PathVariable String planId) {
    return desk.questions(Bytes32.parse(planId), caller.address());
  }

  @PutMapping("/v1/panels/{planId}/answers")
  Taken take(Caller caller, @PathVariable String planId, @RequestBody Answered answered) {
    desk.take(Bytes32.parse(planId), caller.address(), answered.answers());
    return new Taken(answered.answers().size());
  }

  @PostMapping("/v1/plans")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Ordered order(Caller caller, @RequestBody PlanOrder order) {
    requireOperator(caller);
    return new Ordered(maker.open(order));
  }

  @GetMapping("/v1/plans")
  Views all(Caller caller) {
    requireOperator(caller);
    return new Views(plans.newest(MOST).stream().map(this::view).toList());
  }

  @GetMapping("/v1/plans/{planUuid}")
  Detail one(Caller caller, @PathVariable UUID planUuid) {
    requireOperator(caller);
    Plan plan = found(planUuid);
    return Detail.of(view(plan), PlanCourse.of(plan, chain, events.of(plan.planId())));
  }

  @GetMapping("/v1/seats")
  Seats seats(Caller caller) {
    requireOperator(caller);
    return new Seats(seats.newest(chain.account(), MOST));
  }

  /** A dossier holds whole answers, which are for whoever carries the case on. */
  @GetMapping("/v1/plans/{planUuid}/dossier")
  PanelDossier dossier(Caller caller, @PathVariable UUID planUuid) {
    requireOperator(caller);
    return dossiers.write(found(planUuid));
  }

  private Plan found(UUID planUuid) {
    @Nullable Plan plan = plans.find(planUuid).orElse(null);
    if (plan == null) {
      throw new CodedException(ProverError.PLAN_UNKNOWN, "There is no plan " + planUuid + ".");
    }
    return plan;
  }

  private View view(Plan plan) {
    return new View(
        plan,
        plans.questions(plan.planUuid()).size(),
        plans.answers(plan).size(),
        sent.transactions(plan.planId(), chain.account()));
  }

  private void requireOperator(Caller caller) {
    caller.requireOneOf(settings.operatorAccounts(), ProverError.NOT_ALLOWED);
  }
}
