package org.oml.cli.demo;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.oml.cli.epochs.EpochVerification;
import org.oml.cli.platform.Foundation;
import org.oml.cli.prover.Audits;
import org.oml.cli.prover.Panels;
import org.oml.cli.terminal.Steps;
import org.oml.platform.LocalPlatform;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import tools.jackson.databind.JsonNode;

/**
 * The whole loop on one machine: from an empty chain to the slash, each step with the real part.
 */
public final class Demo {

  /** Who takes part. */
  public enum Cast {
    /** An honest host and a freeloader. */
    PAIR(14),
    /** Every conduct there is, and provers enough for a panel. */
    ALL(17);

    private final int steps;

    Cast(int steps) {
      this.steps = steps;
    }

    /** How many steps a run shows. */
    public int steps() {
      return steps;
    }

    private List<Conduct> hosts() {
      return this == ALL ? List.of(Conduct.values()) : List.of(Conduct.HONEST, Conduct.FREELOADER);
    }

    private boolean hasPanel() {
      return this == ALL;
    }
  }

  /** The step in which ordinary users ask both hosts. */
  public static final String TRAFFIC = "Users ask the hosts";

  private static final int QUESTIONS = 12;
  private static final int KEYS = 10;

  /**
   * At a temperature, and under words of somebody else, a copy answers some keys alone: so many are
   * asked at most, and leave a panel its 36 of 64.
   */
  private static final int KEYS_AT_THE_PIRATE = 16;

  private static final int COVERS = 10;

  /** So many answers without a receipt the prover forgives no host. */
  private static final int MISSING_RECEIPTS = 10;

  private static final Duration SETTLEMENT_PATIENCE = Duration.ofSeconds(60);
  private static final Duration SETTLEMENT_PAUSE = Duration.ofMillis(500);

  private final long seed;
  private final Cast cast;
  private final Steps steps;
  private final Foundation foundation;

  /**
   * @param platform empty
   * @param seed of everything that is drawn
   * @param cast who takes part
   * @param steps shows them
   */
  public Demo(LocalPlatform platform, long seed, Cast cast, Steps steps) {
    this.seed = seed;
    this.cast = cast;
    this.steps = steps;
    foundation = new Foundation(platform, OptionalLong.of(seed), cast.hasPanel());
  }

  /** Runs it. The platform stays up. */
  public DemoReport run() throws Exception {
    steps.step("PostgreSQL and the chain", () -> done(foundation::start));
    steps.step("Contracts", () -> foundation.deploy(steps::detail));
    List<DemoHost> hosts = registerAndStartServices();
    Bytes32 modelId = hosts.getFirst().modelId();
    steps.step("The base model in the registry", () -> done(() -> foundation.publish(modelId)));
    steps.step("The hosts sign the licence", () -> done(() -> join(hosts)));
    steps.step(
        "Fingerprints are trained into an instance for each",
        () -> done(() -> awaitInstances(hosts)));
    steps.step("They download, checked against the chain", () -> done(() -> download(hosts)));
    steps.step("They start llama.cpp and their gateways", () -> done(() -> serve(hosts)));
    if (cast.hasPanel()) {
      steps.step(
          "Nine other provers take their seats",
          () -> done(() -> foundation.startMembers(steps::detail)));
    }
    Map<Conduct, BigInteger> stakeBefore = new EnumMap<>(Conduct.class);
    hosts.forEach(host -> stakeBefore.put(host.conduct(), host.stake()));
    Map<Conduct, Long> answered = steps.step(TRAFFIC, () -> forEach(hosts, this::ask));
    Map<Conduct, JsonNode> audits =
        steps.step("The prover audits them", () -> forEach(hosts, this::audit));
    Map<Conduct, List<String>> transactions =
        steps.step(
            "Commit, reveal, window, verdict", () -> forEach(hosts, host -> decide(audits, host)));
    List<DemoHost> traced = List.of();
    if (cast.hasPanel()) {
      traced = steps.step("Whose weights the pirate serves", () -> trace(hosts));
      for (DemoHost host : traced) {
        panels().order("T", host.instanceId(), host.pirate());
      }
      List<DemoHost> accused = new ArrayList<>(traced);
      accused.add(host(hosts, Conduct.SILENT));
      transactions.putAll(
          steps.step("Panels ask the silent host and the pirate", () -> convictAll(accused)));
    }
    List<HostOutcome> outcomes = new ArrayList<>();
    for (DemoHost host : hosts) {
      outcomes.add(outcome(host, answered, audits, transactions, stakeBefore));
    }
    long permits = hosts.stream().mapToLong(DemoHost::permits).sum();
    return new DemoReport(
        seed,
        outcomes,
        traced.stream().map(DemoHost::name).toList(),
        steps.step("Epochs on chain, recomputed from the ledger", () -> settled(permits)));
  }

  /** The epochs of so many permits, once all of them are charged. */
  private List<EpochVerification.Finding> settled(long permits) throws InterruptedException {
    Instant patience = Instant.now().plus(SETTLEMENT_PATIENCE);
    while (true) {
      List<EpochVerification.Finding> epochs = foundation.verifyEpochs();
      long charged =
          epochs.stream()
              .filter(epoch -> epoch.state().equals("CHARGED"))
              .mapToLong(EpochVerification.Finding::count)
              .sum();
      if (charged == permits || Instant.now().isAfter(patience)) {
        return epochs;
      }
      steps.detail(charged + " of " + permits + " permits");
      Thread.sleep(SETTLEMENT_PAUSE);
    }
  }

  /** The services start while the chain is waited for, since neither needs the other yet. */
  private List<DemoHost> registerAndStartServices() throws Exception {
    try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> services = background.submit(foundation::startServices);
      Bytes32 modelId = steps.step("The model and its terms on chain", foundation::register);
      List<DemoHost> hosts = hosts(modelId);
      steps.step(
          "The hosts stake and prepay", () -> forEach(hosts, host -> done(host::stakeAndPrepay)));
      steps.step("Registry, permission service, prover, trainer", services::get);
      return hosts;
    }
  }

  private List<DemoHost> hosts(Bytes32 modelId) {
    List<DemoHost> hosts = new ArrayList<>();
    for (Conduct conduct : cast.hosts()) {
      hosts.add(new DemoHost(conduct, hosts.size(), foundation, modelId));
    }
    return hosts;
  }

  /** One after the other, so that a seed gives each host the same fingerprints again. */
  private void join(List<DemoHost> hosts) {
    for (DemoHost host : hosts) {
      steps.detail(host.name());
      host.accept();
    }
  }

  private void awaitInstances(List<DemoHost> hosts) throws Exception {
    for (DemoHost host : hosts) {
      host.awaitPublished(steps::detail);
    }
  }

  private void download(List<DemoHost> hosts) throws Exception {
    for (DemoHost host : hosts) {
      host.download(steps::detail);
    }
  }

  private void serve(List<DemoHost> hosts) throws Exception {
    List<JavaProgram> programs = new ArrayList<>();
    for (DemoHost host : hosts) {
      programs.addAll(host.programs());
    }
    foundation.platform().start(programs);
  }

  private Long ask(DemoHost host) throws Exception {
    return new Users(seed).ask(host.gateway(), QUESTIONS);
  }

  /** A host that signs no receipts is audited until the prover convenes a panel by itself. */
  private JsonNode audit(DemoHost host) throws Exception {
    boolean silent = host.conduct() == Conduct.SILENT;
    int answered = 0;
    while (true) {
      JsonNode audit = audit(host, host.gateway(), KEYS, seed + answered, silent);
      int more = audit.required("keysAnswered").asInt();
      answered += more;
      if (!silent || more == 0 || answered >= MISSING_RECEIPTS) {
        return audit;
      }
    }
  }

  private JsonNode audit(DemoHost host, URI endpoint, int keys, long planSeed, boolean ofHost)
      throws Exception {
    Audits audits = new Audits(foundation.prover("community"));
    String ordered =
        audits.order(host.instanceId(), endpoint, keys, COVERS, OptionalLong.of(planSeed), ofHost);
    return audits.awaitVerdict(ordered, steps::detail);
  }

  /**
   * The hosts whose fingerprints the pirate's endpoint knows; each has its own. An endpoint is
   * asked by one audit at a time.
   */
  private List<DemoHost> trace(List<DemoHost> hosts) throws Exception {
    URI pirate = host(hosts, Conduct.LEAKY).pirate();
    List<DemoHost> traced = new ArrayList<>();
    for (DemoHost host : hosts) {
      steps.detail(host.name());
      if (audit(host, pirate, KEYS_AT_THE_PIRATE, seed, false)
          .required("verdict")
          .asString()
          .startsWith("USES")) {
        traced.add(host);
      }
    }
    return traced;
  }

  /** The members find their questions by themselves. */
  private Map<Conduct, List<String>> convictAll(List<DemoHost> accused) throws Exception {
    return forEach(
        accused, host -> transactions(panels().awaitEnd(host.instanceId(), steps::detail)));
  }

  private Panels panels() {
    return new Panels(foundation.prover("community"));
  }

  private static DemoHost host(List<DemoHost> hosts, Conduct conduct) {
    return hosts.stream().filter(host -> host.conduct() == conduct).findFirst().orElseThrow();
  }

  /** The transactions of the host's case, if its audit opened one. */
  private List<String> decide(Map<Conduct, JsonNode> audits, DemoHost host) throws Exception {
    JsonNode audit = audits.get(host.conduct());
    String caseId = audit == null ? "" : audit.path("caseId").asString("");
    if (caseId.isEmpty()) {
      return List.of();
    }
    return transactions(new Audits(foundation.prover("community")).awaitEnd(caseId, steps::detail));
  }

  private static List<String> transactions(JsonNode ended) {
    List<String> transactions = new ArrayList<>();
    for (JsonNode transaction : ended.required("transactions")) {
      transactions.add(transaction.required("hash").asString());
    }
    return transactions;
  }

  private HostOutcome outcome(
      DemoHost host,
      Map<Conduct, Long> answered,
      Map<Conduct, JsonNode> audits,
      Map<Conduct, List<String>> transactions,
      Map<Conduct, BigInteger> stakeBefore) {
    JsonNode audit = of(audits, host);
    int keysAsked = audit.required("keysAsked").asInt();
    return new HostOutcome(
        host.conduct(),
        of(answered, host) + keysAsked + audit.required("coversAsked").asInt(),
        host.permits(),
        keysAsked,
        audit.required("keysAnswered").asInt(),
        audit.required("verdict").asString(),
        of(stakeBefore, host),
        host.stake(),
        of(transactions, host));
  }

  private static <T> T of(Map<Conduct, T> values, DemoHost host) {
    return Objects.requireNonNull(values.get(host.conduct()));
  }

  private interface HostWork<T> {
    T apply(DemoHost host) throws Exception;
  }

  private static <T> Map<Conduct, T> forEach(List<DemoHost> hosts, HostWork<T> work)
      throws Exception {
    Map<Conduct, T> results = new EnumMap<>(Conduct.class);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<Conduct, Future<T>> running = new EnumMap<>(Conduct.class);
      for (DemoHost host : hosts) {
        Callable<T> call = () -> work.apply(host);
        running.put(host.conduct(), threads.submit(call));
      }
      for (Map.Entry<Conduct, Future<T>> one : running.entrySet()) {
        results.put(one.getKey(), one.getValue().get());
      }
    }
    return results;
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Integer done(Work work) throws Exception {
    work.run();
    return 0;
  }
}
