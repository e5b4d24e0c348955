package org.oml.prover.audit;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.oml.protocol.Address;
import org.oml.protocol.AuditContext;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.Keccak;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.prover.audit.AuditPlanner.PlannedQuery;
import org.oml.prover.audit.AuditPlanner.Text;
import org.oml.prover.audit.SimulatedHost.Conduct;
import org.oml.prover.evidence.Finding;
import org.oml.prover.evidence.ReceiptCheck;
import org.oml.prover.fixture.TestSettings;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.ClientProfile;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.Reply;
import org.oml.prover.target.Reply.Answered;
import org.oml.prover.target.Target;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.InstanceSecrets.Secret;

/**
 * Audits of simulated hosts with the planning, matching, judging and deciding of real ones. A host
 * counts as accused where a case would be revealed: evidence that no permit on record covers.
 */
final class AuditSimulation {

  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.ONE, Address.ZERO);
  private static final long NOW = 1_800_000_000;
  private static final int KEYS = 12;
  private static final int COVERS = 12;

  private final Random random;
  private final AuditPlanner planner;
  private final VerdictRule verdicts;
  private final Map<Conduct, Tally> tallies = new EnumMap<>(Conduct.class);

  /** What came of the audits of one kind of host. */
  static final class Tally {

    int audits;
    int accused;
    int wronglyAccused;
    int queries;
    int keys;
    final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);

    int of(Verdict verdict) {
      return verdicts.getOrDefault(verdict, 0);
    }
  }

  AuditSimulation(long seed) {
    random = new Random(seed);
    AuditSettings settings = TestSettings.bind("oml.prover.audit", AuditSettings.class, Map.of());
    planner = new AuditPlanner(settings);
    verdicts = settings.verdicts();
  }

  Map<Conduct, Tally> run(int audits) {
    List<Conduct> all = List.of(Conduct.values());
    for (int i = 0; i < audits; i++) {
      Conduct conduct = all.get(i % all.size());
      audit(conduct, tallies.computeIfAbsent(conduct, kind -> new Tally()));
    }
    return tallies;
  }

  private void audit(Conduct conduct, Tally tally) {
    SigningKey gatewayKey = SigningKey.random();
    SigningKey permitSigner = SigningKey.random();
    PublishedInstance instance = instance();
    List<Secret> secrets =
        IntStream.range(0, KEYS).mapToObj(i -> SimulatedHost.secret(i, random)).toList();
    SimulatedHost host =
        new SimulatedHost(
            conduct, instance, DOMAIN, gatewayKey, permitSigner, secrets, random, NOW);
    ReceiptCheck receipts =
        new ReceiptCheck(new Records(instance, gatewayKey.address(), permitSigner.address()));
    KeyJudge judge = new KeyJudge(receipts);
    List<KeyResult> results = new ArrayList<>();
    boolean accused = false;
    boolean wrongly = false;
    for (PlannedQuery query : planner.plan(numbers(KEYS), numbers(COVERS), random)) {
      boolean key = query.text() == Text.KEY;
      if (key && verdicts.isDecided(results)) {
        continue;
      }
      String text = key ? secrets.get(query.secret()).key() : "a cover " + query.secret();
      Optional<Transcript> answer = ask(host, query, text);
      tally.queries++;
      if (key) {
        tally.keys++;
        Secret secret = secrets.get(query.secret());
        KeyResult result =
            answer
                .map(transcript -> judge.judge(transcript, secret, instance))
                .orElse(KeyResult.UNANSWERED);
        results.add(result);
        if (KeyJudge.isEvidence(result)
            && !isCovered(answer.orElseThrow(), host, receipts, instance)) {
          accused = true;
          wrongly |= !host.owes(queryHash(answer.get()));
        }
      }
    }
    Verdict verdict = verdicts.decide(results).verdict();
    // A verdict accuses by itself, without the permission service's word, of a signed receipt
    // alone.
    wrongly |= verdict == Verdict.USES_WITHOUT_PERMIT && !accused;
    tally.audits++;
    tally.accused += accused ? 1 : 0;
    tally.wronglyAccused += wrongly ? 1 : 0;
    tally.verdicts.merge(verdict, 1, Integer::sum);
  }

  private static Optional<Transcript> ask(SimulatedHost host, PlannedQuery query, String text) {
    AuditContext context = AuditContexts.standard().get(query.context());
    Target target =
        new Target(Endpoint.parse("http://simulated.example"), Dialect.OPENAI, ClientProfile.CURL);
    Reply reply = host.ask(target, context.kind(), target.request(context, "m", text));
    return reply instanceof Answered answered
        ? Optional.of(answered.transcript())
        : Optional.empty();
  }

  /** As the prover finds it: with a permit that the permission service has in the host's stead. */
  private static boolean isCovered(
      Transcript answer, SimulatedHost host, ReceiptCheck receipts, PublishedInstance instance) {
    return host.permitsFor(queryHash(answer)).stream()
        .map(permit -> withPermit(answer, permit))
        .anyMatch(paid -> receipts.judge(paid, instance).finding() == Finding.PERMITTED);
  }

  private static Bytes32 queryHash(Transcript answer) {
    byte[] request = answer.request().getBytes(StandardCharsets.UTF_8);
    String salt = answer.salt();
    return salt == null
        ? Bytes32.ZERO
        : CanonicalQuery.of(Kind.valueOf(answer.kind()), request).queryHash(Bytes32.parse(salt));
  }

  private static Transcript withPermit(Transcript answer, String permit) {
    return new Transcript(
        answer.version(),
        answer.dialect(),
        answer.kind(),
        answer.request(),
        answer.answer(),
        answer.salt(),
        permit,
        answer.openingReceipt(),
        answer.receipt(),
        answer.askedAt(),
        answer.answeredAt());
  }

  private PublishedInstance instance() {
    return new PublishedInstance(
        Keccak.of("instance " + random.nextLong()),
        Keccak.of("model"),
        SigningKey.random().address(),
        NOW - 1_000,
        Keccak.of("root"),
        AuditContexts.root(),
        Duration.ofHours(1).toSeconds(),
        Duration.ofHours(24).toSeconds());
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  /** What the chain would say of one instance and one signer. */
  private record Records(PublishedInstance only, Address gatewayKey, Address permitSigner)
      implements ChainRecords {

    @Override
    public Optional<PublishedInstance> instance(Bytes32 instanceId) {
      return Optional.of(only);
    }

    @Override
    public Address gatewayKeyAt(Bytes32 instanceId, long time) {
      return gatewayKey;
    }

    @Override
    public boolean maySignPermits(Address signer, long issuedAt) {
      return signer.equals(permitSigner);
    }

    @Override
    public SigningDomain domain() {
      return DOMAIN;
    }
  }

  /** Prints the table that the documentation shows: {@code AuditSimulation 1000 7}. */
  public static void main(String[] arguments) {
    int audits = Integer.parseInt(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    System.out.println(
        "| host | audits | accused | wrongly | with permit | without permit | without receipt | does not use | inconclusive | keys | queries |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    new AuditSimulation(seed)
        .run(audits)
        .forEach(
            (kind, tally) ->
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %.1f | %.1f |%n",
                    kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    tally.audits,
                    tally.accused,
                    tally.wronglyAccused,
                    tally.of(Verdict.USES_WITH_PERMIT),
                    tally.of(Verdict.USES_WITHOUT_PERMIT),
                    tally.of(Verdict.USES_WITHOUT_RECEIPT),
                    tally.of(Verdict.DOES_NOT_USE),
                    tally.of(Verdict.INCONCLUSIVE),
                    (double) tally.keys / tally.audits,
                    (double) tally.queries / tally.audits));
  }
}
