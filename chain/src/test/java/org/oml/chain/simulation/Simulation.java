package org.oml.chain.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.oml.chain.ChainSettings;
import org.oml.chain.send.Intent;
import org.oml.chain.send.IntentState;
import org.oml.chain.send.Submission;
import org.oml.chain.simulation.SimulatedCall.Behaviour;
import org.oml.protocol.Address;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningKey;

/**
 * One run: some intents, one or two processes that share an account, and what their seed lets go
 * wrong for a while. Then nothing goes wrong any more, and everything must have come to its end.
 */
final class Simulation {

  /** Reorganisations are as deep as this at most, and a block is final with as many on top. */
  private static final int DEEPEST = 6;

  private static final int LAST_ROUNDS = 300;
  private static final Address CONTRACT =
      SigningKey.of(Keccak.of("the simulated contract")).address();

  private final long seed;
  private final SplittableRandom random;
  private final SimulatedChain chain;
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private final Map<String, SimulatedCall> calls = new HashMap<>();
  private final List<Intent> unsubmitted = new ArrayList<>();
  private final boolean shallow;
  private final Faults faults;
  private final SimulatedProcess.Common common;
  private Instant now = Instant.parse("2026-11-01T00:00:00Z");

  /**
   * @param machines one for each process; there are as many processes at most
   */
  Simulation(long seed, List<Machine> machines) throws SQLException {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.chain = new SimulatedChain(random.split());
    Faults drawn = Faults.drawn(random);
    this.shallow = random.nextInt(5) == 0;
    // What came after a block that was final and is none after all may be done a second time, if
    // somebody else had the nonce: nobody can help that.
    this.faults = shallow ? drawn.withoutForeign() : drawn;
    this.common =
        new SimulatedProcess.Common(
            SigningKey.of(Keccak.of("simulation " + seed)),
            CONTRACT,
            settings(shallow ? 1 + random.nextInt(DEEPEST - 1) : DEEPEST),
            settings(random.nextInt(4)),
            "simulation/" + seed,
            () -> now);
    if (random.nextInt(20) == 0) {
      for (int i = 0; i < 150; i++) {
        chain.mine(0);
      }
    }
    int count = 1 + random.nextInt(machines.size());
    for (int i = 0; i < count; i++) {
      processes.add(process(machines.get(i)));
    }
    drawIntents();
  }

  /** Runs to the end and looks at what came of it. */
  void run() {
    processes.forEach(process -> process.setFaults(faults));
    int steps = 8 + random.nextInt(16);
    for (int i = 0; i < steps; i++) {
      now = now.plusMillis(random.nextLong(12_000));
      letTheChainGoOn();
      submitSome();
      letProcessesRun();
      lookAtWhatHasEnded();
    }
    processes.forEach(process -> process.setFaults(Faults.NONE));
    chain.setBaseFee(SimulatedChain.GWEI);
    comeToAnEnd();
    lookAtIntents();
    lookAtEvents();
  }

  int deaths() {
    return processes.stream().mapToInt(SimulatedProcess::deaths).sum();
  }

  private SimulatedProcess process(Machine machine) throws SQLException {
    int index = processes.size();
    SimulatedNode node =
        new SimulatedNode(
            chain,
            random.split(),
            1_000 + seed,
            common.key().address(),
            CONTRACT,
            () -> letOtherRun(index));
    return new SimulatedProcess(common, machine, node, random.split());
  }

  private void drawIntents() {
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      Behaviour behaviour =
          switch (random.nextInt(12)) {
            case 0 -> Behaviour.NOT_ESTIMATED;
            case 1 -> Behaviour.NOT_TAKEN;
            case 2, 3 -> Behaviour.REVERTS_LATER;
            default -> Behaviour.SUCCEEDS;
          };
      long from = chain.head().number() + 4 + random.nextInt(12);
      SimulatedCall call = new SimulatedCall(i, behaviour, from);
      String key = "simulation/%d/%d".formatted(seed, i);
      calls.put(key, call);
      unsubmitted.add(new Intent(key, CONTRACT, call.encode(), "a simulated call"));
    }
  }

  private void letTheChainGoOn() {
    if (happens(faults.fees())) {
      long factor = random.nextLong(1, 60);
      chain.setBaseFee(SimulatedChain.GWEI.multiply(BigInteger.valueOf(factor)));
    }
    if (happens(faults.dropped()) && !chain.waiting().isEmpty()) {
      chain.waiting().remove(chain.waiting().lastKey());
    }
    if (happens(faults.foreign())) {
      chain.useNonceElsewhere();
    }
    if (happens(faults.reorganised())) {
      chain.reorganise(1 + random.nextInt(DEEPEST), random.nextDouble());
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      chain.mine(0.8);
    }
    if (random.nextInt(3) == 0) {
      processes.forEach(SimulatedProcess::deliverDelayed);
    }
  }

  private void submitSome() {
    unsubmitted.removeIf(
        intent ->
            random.nextInt(2) == 0
                && processes.get(random.nextInt(processes.size())).submit(intent));
  }

  private void letProcessesRun() {
    for (SimulatedProcess process : processes) {
      if (random.nextInt(5) > 0) {
        process.send();
      }
      if (random.nextInt(3) == 0) {
        process.read();
      }
    }
  }

  private void letOtherRun(int index) {
    SimulatedProcess other = processes.get((index + 1) % processes.size());
    if (random.nextInt(4) == 0) {
      chain.mine(0.8);
    }
    if (random.nextInt(8) == 0) {
      other.read();
    } else {
      other.send();
    }
  }

  private void comeToAnEnd() {
    for (int round = 0; round < LAST_ROUNDS; round++) {
      if (round > DEEPEST && isAtAnEnd()) {
        return;
      }
      now = now.plusSeconds(7);
      processes.forEach(SimulatedProcess::deliverDelayed);
      chain.mine(1);
      SimulatedProcess process = processes.get(round % processes.size());
      unsubmitted.removeIf(intent -> isSubmittedOrRefused(process, intent));
      process.send();
    }
    throw new AssertionError(
        "open in the end: "
            + calls.keySet().stream()
                .map(key -> processes.getFirst().find(key).orElse(null))
                .filter(found -> found == null || !hasEnded(found))
                .toList());
  }

  /** A call that reverts from the start is not even kept, which is an end too. */
  private boolean isSubmittedOrRefused(SimulatedProcess process, Intent intent) {
    SimulatedCall call = SimulatedCall.decode(intent.data());
    return call.succeedsIn(chain.head().number() + 1)
        ? process.submit(intent)
        : process.find(intent.key()).isPresent() || calls.remove(intent.key()) != null;
  }

  private boolean isAtAnEnd() {
    return unsubmitted.isEmpty() && open() == 0;
  }

  private long open() {
    return processes
        .getFirst()
        .database()
        .sql(
            "select count(*) from chain_intent where chain_id = :chain and state not in ('FINAL',"
                + " 'FAILED')")
        .param("chain", 1_000 + seed)
        .query(Long.class)
        .single();
  }

  /** What is final stays so: no reorganisation reaches it, unless finality is too shallow. */
  private void lookAtWhatHasEnded() {
    if (shallow) {
      return;
    }
    Map<Long, Long> executed = executed();
    ended()
        .forEach(
            (key, state) -> {
              SimulatedCall call = calls.get(key);
              if (call != null) {
                assertThat(executed.getOrDefault(call.id(), 0L))
                    .as("times that %s was done when it was %s", key, state)
                    .isEqualTo(state == IntentState.FINAL ? 1 : 0);
              }
            });
  }

  private Map<String, IntentState> ended() {
    Map<String, IntentState> ended = new HashMap<>();
    processes
        .getFirst()
        .database()
        .sql(
            "select intent_key, state from chain_intent where chain_id = :chain and state in"
                + " ('FINAL', 'FAILED')")
        .param("chain", 1_000 + seed)
        .query(
            row -> {
              ended.put(row.getString("intent_key"), IntentState.valueOf(row.getString("state")));
            });
    return ended;
  }

  private Map<Long, Long> executed() {
    Map<Long, Long> executed = new HashMap<>();
    blocks()
        .flatMap(block -> block.events().stream())
        .forEach(id -> executed.merge(id, 1L, Long::sum));
    return executed;
  }

  private void lookAtIntents() {
    Map<Long, Long> executed = executed();
    calls.forEach(
        (key, call) -> {
          Submission submission = processes.getFirst().find(key).orElseThrow();
          boolean done = submission.state() == IntentState.FINAL;
          assertThat(executed.getOrDefault(call.id(), 0L))
              .as("times that %s was done", submission)
              .isEqualTo(done ? 1 : 0);
          assertThat(submission.failure() != null)
              .as("whether %s has a reason", submission)
              .isEqualTo(!done);
          switch (call.behaviour()) {
            case SUCCEEDS -> assertThat(done).as("%s is done", submission).isTrue();
            case NOT_ESTIMATED, NOT_TAKEN ->
                assertThat(done).as("%s is done", submission).isFalse();
            case REVERTS_LATER -> {}
          }
        });
    assertThat(chain.waiting()).as("transactions behind a gap").isEmpty();
    assertThat(nonces())
        .as("nonces of intents")
        .doesNotHaveDuplicates()
        .allMatch(nonce -> nonce < chain.head().nextNonce());
  }

  private List<Long> nonces() {
    return processes
        .getFirst()
        .database()
        .sql("select nonce from chain_intent where chain_id = :chain and nonce is not null")
        .param("chain", 1_000 + seed)
        .query((row, index) -> row.getLong("nonce"))
        .list();
  }

  private void lookAtEvents() {
    processes.forEach(SimulatedProcess::read);
    long read = chain.head().number() - common.reading().finalityDepth();
    assertThat(processes.getFirst().lastBlock()).contains(read);
    List<Long> expected =
        blocks()
            .filter(block -> block.number() >= 1 && block.number() <= read)
            .flatMap(block -> block.events().stream())
            .toList();
    List<Long> seen =
        processes
            .getFirst()
            .database()
            .sql("select id from seen where reader = :reader order by block, log_index")
            .param("reader", common.reader())
            .query((row, index) -> row.getLong("id"))
            .list();
    assertThat(seen).as("events that were read").isEqualTo(expected);
  }

  private Stream<SimulatedBlock> blocks() {
    return LongStream.rangeClosed(0, chain.head().number())
        .mapToObj(number -> chain.block(number).orElseThrow());
  }

  private boolean happens(double likely) {
    return likely > 0 && random.nextDouble() < likely;
  }

  private static boolean hasEnded(Submission submission) {
    return submission.state() == IntentState.FINAL || submission.state() == IntentState.FAILED;
  }

  private static ChainSettings settings(int finalityDepth) {
    Duration second = Duration.ofSeconds(1);
    return new ChainSettings(
        URI.create("http://simulated"),
        Path.of("none"),
        second,
        finalityDepth,
        second,
        Duration.ofSeconds(30));
  }
}
