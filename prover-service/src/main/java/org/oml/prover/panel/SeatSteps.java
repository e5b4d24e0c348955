package org.oml.prover.panel;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.oml.contracts.HitThresholds;
import org.oml.contracts.PanelAnswers;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.audit.AuditPlanner;
import org.oml.prover.audit.AuditSettings;
import org.oml.prover.panel.PanelChain.Answers;
import org.oml.prover.panel.PanelChain.Panel;
import org.oml.prover.panel.Seat.Ask;
import org.oml.prover.panel.Seat.State;
import org.oml.prover.target.Asker;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.Outcome;
import org.oml.prover.target.Reply;
import org.oml.prover.target.Reply.Answered;
import org.oml.prover.target.Reply.Unanswered;

/**
 * Takes a seat one step further: asks as an ordinary user, commits to what was answered, and
 * reveals it when nobody can commit any more. What was answered stands in the database before the
 * next question leaves, and the answers are fixed before their root does.
 */
final class SeatSteps {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int LONGEST_TEXT = 8_192;
  private static final int MOST_COVERS = 1_000;

  /** So long nobody need look whether the time for asking is over. */
  private static final Duration SHORT_WAIT = Duration.ofSeconds(10);

  /** Of the time for answering; the rest is for the commitment. */
  private static final long ASKING_QUARTERS = 3;

  private final SeatStore seats;
  private final SentSteps sent;
  private final PanelChain chain;
  private final Witness witness;
  private final Asker asker;
  private final AuditPlanner planner;
  private final AuditSettings audits;
  private final PanelSettings settings;
  private final Clock clock;

  SeatSteps(
      SeatStore seats,
      SentSteps sent,
      PanelChain chain,
      Witness witness,
      Asker asker,
      AuditSettings audits,
      PanelSettings settings,
      Clock clock) {
    this.seats = seats;
    this.sent = sent;
    this.chain = chain;
    this.witness = witness;
    this.asker = asker;
    this.planner = new AuditPlanner(audits);
    this.audits = audits;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Joins the panels of a prover's plans on which the account sits.
   *
   * @throws CodedException when the other prover or the chain does not answer
   */
  void join(PanelSettings.Peer peer, PlanSource source) {
    for (Bytes32 planId : source.waiting()) {
      if (!seats.isKnown(chain.account(), planId)) {
        join(peer, source, planId);
      }
    }
  }

  /** Who sits on a panel, and whose plan it is, the chain says and not the other prover. */
  private void join(PanelSettings.Peer peer, PlanSource source, Bytes32 planId) {
    Panel panel = chain.panel(planId);
    int place = panel.members().indexOf(chain.account());
    long now = chain.head().time();
    if (place < 0
        || !panel.prover().equals(peer.address())
        || now > closing(panel)
        || chain.answers(planId, chain.account()).count() > 0) {
      return;
    }
    AskedPlan asked = source.questions(planId);
    if (!isSound(asked, planId, place, panel.members().size())) {
      return;
    }
    long wait = (long) (RANDOM.nextDouble() * settings.spread() * (panel.answerUntil() - now));
    Instant start = clock.instant().plusSeconds(wait);
    Seat seat =
        new Seat(
            planId,
            peer.url().toString(),
            place,
            asked.instanceId(),
            asked.endpoint(),
            asked.dialect(),
            planner.client(RANDOM),
            null,
            State.ASKING,
            start,
            false,
            null,
            null,
            start,
            start);
    seats.insert(chain.account(), seat, asks(asked));
  }

  private static boolean isSound(AskedPlan asked, Bytes32 planId, int place, int size) {
    Set<Integer> places = new HashSet<>();
    return asked.version() == 1
        && asked.planId().equals(planId)
        && Endpoint.parse(asked.endpoint()).toString().equals(asked.endpoint())
        && !asked.questions().isEmpty()
        && asked.questions().size() <= HitThresholds.MAXIMUM_ASKED
        && asked.covers().size() <= MOST_COVERS
        && asked.covers().stream().allMatch(cover -> cover.length() <= LONGEST_TEXT)
        && asked.questions().stream()
            .allMatch(
                item ->
                    item.place() >= 0
                        && item.place() % size == place
                        && places.add(item.place())
                        && item.key().length() <= LONGEST_TEXT);
  }

  /** Questions and covers in one shuffled order, with the contexts and pauses of an audit. */
  private List<Ask> asks(AskedPlan asked) {
    List<AuditPlanner.PlannedQuery> planned =
        planner.plan(
            IntStream.range(0, asked.questions().size()).boxed().toList(),
            IntStream.range(0, asked.covers().size()).boxed().toList(),
            RANDOM);
    List<Ask> asks = new ArrayList<>();
    for (AuditPlanner.PlannedQuery query : planned) {
      boolean key = query.text() == AuditPlanner.Text.KEY;
      AskedPlan.Item item = key ? asked.questions().get(query.secret()) : null;
      asks.add(
          new Ask(
              query.position(),
              item == null ? null : item.place(),
              item == null ? asked.covers().get(query.secret()) : item.key(),
              query.context(),
              query.pauseMillis(),
              0,
              null));
    }
    return asks;
  }

  /**
   * Does what can be done now.
   *
   * @throws CodedException when somebody else is wanting
   */
  void advance(Seat seat, Map<String, PlanSource> sources) throws InterruptedException {
    switch (seat.state()) {
      case ASKING -> ask(seat);
      case COMMITTING -> commit(seat);
      case REVEALING -> reveal(seat, sources);
      case REVEALED -> await(seat, sources);
      case DONE, FAILED -> {}
    }
  }

  private void ask(Seat seat) throws InterruptedException {
    Duration wait = Duration.between(clock.instant(), seat.nextAt());
    if (wait.isPositive() && wait.compareTo(SHORT_WAIT) < 0) {
      return;
    }
    Panel panel = chain.panel(seat.planId());
    Optional<Ask> next =
        seats.asks(chain.account(), seat).stream().filter(ask -> ask.outcome() == null).findFirst();
    if (next.isEmpty() || chain.head().time() >= closing(panel)) {
      seats.move(chain.account(), seat, State.COMMITTING);
    } else if (!wait.isPositive()) {
      ask(seat, next.get());
    }
  }

  private static long closing(Panel panel) {
    return panel.drawnAt() + (panel.answerUntil() - panel.drawnAt()) * ASKING_QUARTERS / 4;
  }

  private void ask(Seat seat, Ask ask) throws InterruptedException {
    if (ask.attempts() >= audits.attempts()) {
      asked(seat, ask, Outcome.UNREADABLE, null);
      return;
    }
    String model = seat.model();
    if (model == null) {
      model = asker.model(seat.target()).orElse("default");
      seats.modelKnown(chain.account(), seat, model);
    }
    if (!seats.aboutToAsk(chain.account(), seat, ask)) {
      return;
    }
    // What fails behind the question, the chain for one, must not let it be asked without a pause.
    seats.postponed(chain.account(), seat, clock.instant().plus(pauseBefore(ask)));
    var context = AuditContexts.standard().get(ask.context());
    byte[] body = seat.target().request(context, model, ask.text());
    long before = chain.head().time();
    Reply reply = asker.ask(seat.target(), context.kind(), body);
    switch (reply) {
      case Answered answered -> {
        AttestedAnswer attested =
            ask.place() == null ? null : witness.attest(seat, ask, answered.transcript(), before);
        asked(seat, ask, Outcome.ANSWERED, attested);
      }
      case Unanswered unanswered -> unanswered(seat, ask, unanswered);
    }
  }

  private void unanswered(Seat seat, Ask ask, Unanswered unanswered) {
    if (!unanswered.outcome().worthAnotherTry() || ask.attempts() + 1 >= audits.attempts()) {
      asked(seat, ask, unanswered.outcome(), null);
      return;
    }
    Duration bounded = pauseBefore(ask);
    Duration wished = unanswered.retryAfter();
    seats.postponed(
        chain.account(),
        seat,
        clock.instant().plus(wished.compareTo(bounded) > 0 ? wished : bounded));
  }

  /** Before the attempt that follows. */
  private Duration pauseBefore(Ask ask) {
    Duration pause = audits.firstRetry().multipliedBy(1L << Math.min(ask.attempts(), 20));
    return pause.compareTo(audits.longestRetry()) < 0 ? pause : audits.longestRetry();
  }

  private void asked(
      Seat seat,
      Ask ask,
      Outcome outcome,
      @org.jspecify.annotations.Nullable AttestedAnswer answer) {
    seats.asked(
        chain.account(),
        seat,
        ask,
        outcome.name(),
        answer,
        clock.instant().plusMillis(ask.pauseMillis()));
  }

  private void commit(Seat seat) {
    List<AttestedAnswer> answers = seats.answers(chain.account(), seat);
    if (answers.isEmpty()) {
      fail(seat, "Nothing was answered.");
      return;
    }
    PanelChain.Head head = chain.head();
    Answers there = chain.answers(seat.planId(), chain.account());
    if (there.count() == 0 && head.time() > chain.panel(seat.planId()).answerUntil()) {
      fail(seat, "The time for answering ran out.");
      return;
    }
    long latest =
        answers.stream().mapToLong(answer -> answer.attestation().answeredAt()).max().orElseThrow();
    if (head.time() < latest) {
      // A commitment in a block that is older than an answer could not be revealed.
      return;
    }
    Sent sent =
        sent(
            seat,
            "ANSWERS",
            chain.commitAnswers(seat.planId(), seat.place(), tree(answers).root(), answers.size()));
    if (sent.failure() != null) {
      fail(seat, sent.failure());
    } else if (sent.done() && there.count() > 0) {
      seats.move(chain.account(), seat, State.REVEALING);
    }
  }

  private void reveal(Seat seat, Map<String, PlanSource> sources) {
    Panel panel = chain.panel(seat.planId());
    long now = chain.head().time();
    if (now <= panel.answerUntil()) {
      return;
    }
    List<AttestedAnswer> answers = seats.answers(chain.account(), seat);
    int revealed = 0;
    String refused = null;
    for (int i = 0; i < answers.size(); i++) {
      AttestedAnswer answer = answers.get(i);
      Bytes32 attested = chain.attested(seat.planId(), answer.place());
      if (attested.equals(answer.attestation().structHash())) {
        revealed++;
      } else if (now <= panel.revealUntil()) {
        Sent sent =
            sent(
                seat,
                "REVEAL",
                chain.revealAnswer(
                    answer.attestation(),
                    answer.signature(),
                    answer.nonce(),
                    tree(answers).proof(i)));
        refused = sent.failure() == null ? refused : sent.failure();
      }
    }
    if (revealed == answers.size()) {
      seats.move(chain.account(), seat, State.REVEALED);
    } else if (now > panel.revealUntil()) {
      fail(seat, "Not all answers were revealed in time; the bond can be slashed.");
    } else if (refused != null) {
      seats.heldUp(chain.account(), seat, ProverError.REVEAL_FAILED.code(), refused);
    }
    deliver(seat, answers, sources);
  }

  /**
   * Without it the plan's prover cannot open what was answered; the reveal does not wait for it.
   */
  private void deliver(Seat seat, List<AttestedAnswer> answers, Map<String, PlanSource> sources) {
    PlanSource source = sources.get(seat.maker());
    if (!seat.delivered() && source != null) {
      source.deliver(seat.planId(), answers);
      seats.delivered(chain.account(), seat);
    }
  }

  private void await(Seat seat, Map<String, PlanSource> sources) {
    switch (chain.trial(seat.planId()).state()) {
      case NONE, EXPIRED, ACQUITTED, STOPPED -> seats.move(chain.account(), seat, State.DONE);
      case COMMITTED, OPENED -> deliver(seat, seats.answers(chain.account(), seat), sources);
      case CONVICTED -> {}
      case PAID -> {
        Sent sent = chain.collect(seat.planId());
        if (sent == null || sent.done() || sent.failure() != null) {
          seats.move(chain.account(), seat, State.DONE);
        }
        if (sent != null) {
          sent(seat, "COLLECT", sent);
        }
      }
    }
  }

  private static PanelAnswers tree(List<AttestedAnswer> answers) {
    return new PanelAnswers(answers.stream().map(AttestedAnswer::committed).toList());
  }

  private Sent sent(Seat seat, String step, Sent made) {
    this.sent.add(seat.planId(), chain.account(), step, made.hash());
    return made;
  }

  private void fail(Seat seat, String detail) {
    seats.end(chain.account(), seat, State.FAILED, ProverError.SEAT_FAILED.code(), detail);
  }
}
