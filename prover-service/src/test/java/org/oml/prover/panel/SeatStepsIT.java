package org.oml.prover.panel;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.prover.audit.AuditSettings;
import org.oml.prover.fixture.TestSchema;
import org.oml.prover.fixture.TestSettings;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.panel.Seat.State;
import org.oml.prover.target.Asker;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Reply;
import org.oml.prover.target.Target;
import org.oml.prover.target.Transcript;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A seat on a panel, on a real database, before a chain at any of whose calls the process dies. */
final class SeatStepsIT {

  private static final SigningKey ACCOUNT = SigningKey.random();
  private static final PanelSettings.Peer MAKER =
      new PanelSettings.Peer(LivingPanel.MAKER.toString(), URI.create("http://127.0.0.1:1"));
  private static final int QUESTIONS = 3;

  /** {@code ./oml soak} lets it die at each call. */
  private static final int STEP = Boolean.getBoolean("oml.soak") ? 1 : 5;

  private final List<String> asked = new ArrayList<>();
  private final List<AttestedAnswer> delivered = new ArrayList<>();

  @Test
  void endsAsItWouldHaveWhereverTheProcessDies() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(postgres.getPostgresDatabase());
      JdbcClient sql = TestSchema.in(pool);
      SeatStore seats = new SeatStore(sql, new OpenSeal());
      int calls = run(sql, seats, 0);
      assertThat(asked).hasSize(QUESTIONS + 1).doesNotHaveDuplicates();
      assertThat(calls).isGreaterThan(30);
      for (int dying = 1; dying <= calls; dying += STEP) {
        run(sql, seats, dying);
      }
    }
  }

  /** One panel from the draw to the reward; the chain's calls that it took. */
  private int run(JdbcClient sql, SeatStore seats, int dying) throws Exception {
    asked.clear();
    delivered.clear();
    Bytes32 planId = Keccak.of("plan " + dying);
    LivingPanel chain = new LivingPanel(ACCOUNT.address(), dying);
    SeatSteps steps = steps(sql, seats, chain);
    while (seats.newest(ACCOUNT.address(), 1).stream()
        .noneMatch(seat -> seat.planId().equals(planId) && seat.state() == State.DONE)) {
      try {
        round(steps, seats, planId);
      } catch (LivingPanel.Killed killed) {
        chain.resurrect();
        steps = steps(sql, seats, chain);
      }
      chain.now += 40;
      assertThat(chain.now).as("killed at call %d", dying).isLessThan(5_000);
    }
    assertThat(chain.done)
        .as("killed at call %d", dying)
        .containsExactlyInAnyOrder("answers", "reveal 0", "reveal 1", "reveal 2", "collect");
    assertThat(delivered).extracting(AttestedAnswer::place).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(asked).hasSizeBetween(QUESTIONS + 1, QUESTIONS + 2);
    return chain.calls;
  }

  private void round(SeatSteps steps, SeatStore seats, Bytes32 planId) throws Exception {
    PlanSource source = new OnePlan(planId);
    steps.join(MAKER, source);
    for (Seat seat : seats.unfinished(ACCOUNT.address())) {
      steps.advance(seat, Map.of(MAKER.url().toString(), source));
    }
  }

  private SeatSteps steps(JdbcClient sql, SeatStore seats, LivingPanel chain) {
    Clock clock = new ChainClock(chain);
    PanelSettings settings =
        TestSettings.bind(
            "oml.prover.panel", PanelSettings.class, Map.of("oml.prover.panel.spread", "0"));
    AuditSettings audits =
        TestSettings.bind(
            "oml.prover.audit", AuditSettings.class, Map.of("oml.prover.audit.mean-pause", "0ms"));
    return new SeatSteps(
        seats,
        new SentSteps(sql),
        chain,
        new Witness(ACCOUNT, new OneInstance(), chain),
        new Anything(chain),
        audits,
        settings,
        clock);
  }

  /** Answers whatever it is asked. */
  private final class Anything implements Asker {

    private final LivingPanel chain;

    Anything(LivingPanel chain) {
      this.chain = chain;
    }

    @Override
    public Optional<String> model(Target target) {
      return Optional.of("tiny");
    }

    @Override
    public Reply ask(Target target, Kind kind, byte[] body) {
      String request = new String(body, StandardCharsets.UTF_8);
      asked.add(request);
      return new Reply.Answered(
          new Transcript(
              1,
              Dialect.OPENAI,
              kind.name(),
              request,
              "an answer",
              null,
              null,
              null,
              null,
              chain.now,
              chain.now));
    }
  }

  /** The prover of one plan. */
  private final class OnePlan implements PlanSource {

    private final Bytes32 planId;

    OnePlan(Bytes32 planId) {
      this.planId = planId;
    }

    @Override
    public List<Bytes32> waiting() {
      return List.of(planId);
    }

    @Override
    public AskedPlan questions(Bytes32 asked) {
      return new AskedPlan(
          1,
          PanelKind.N,
          planId,
          Keccak.of("instance"),
          "http://127.0.0.1:2",
          Dialect.OPENAI,
          List.of(
              new AskedPlan.Item(0, "a key"),
              new AskedPlan.Item(1, "another key"),
              new AskedPlan.Item(2, "a third key")),
          List.of("a cover"));
    }

    @Override
    public void deliver(Bytes32 asked, List<AttestedAnswer> answers) {
      delivered.clear();
      delivered.addAll(answers);
    }
  }

  /** Tells the chain's time. */
  private static final class ChainClock extends Clock {

    private final LivingPanel chain;

    ChainClock(LivingPanel chain) {
      this.chain = chain;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(chain.now);
    }
  }

  /** An instance that was published. */
  private static final class OneInstance implements ChainRecords {

    @Override
    public Optional<PublishedInstance> instance(Bytes32 instanceId) {
      return Optional.of(
          new PublishedInstance(
              instanceId,
              Keccak.of("model"),
              Address.ZERO,
              900,
              Keccak.of("root"),
              Keccak.of("contexts"),
              300,
              50));
    }

    @Override
    public Address gatewayKeyAt(Bytes32 instanceId, long time) {
      return Address.ZERO;
    }

    @Override
    public boolean maySignPermits(Address signer, long issuedAt) {
      return false;
    }

    @Override
    public SigningDomain domain() {
      return new SigningDomain(BigInteger.ONE, Address.ZERO);
    }
  }
}
