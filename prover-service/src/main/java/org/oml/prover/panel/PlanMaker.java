package org.oml.prover.panel;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.oml.contracts.HitThresholds;
import org.oml.contracts.PanelPlan;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.tracing.HitWeights;
import org.oml.prover.ProverError;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.panel.Plan.Question;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Endpoint;
import org.oml.prover.vault.SharedCode;
import org.oml.prover.vault.Vault;
import org.oml.prover.vault.VaultedInstance;
import org.springframework.stereotype.Component;

/** Makes plans. All that a plan is stands in the database before anything is sent. */
@Component
final class PlanMaker {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final PlanStore plans;
  private final Vault vault;
  private final PanelChain chain;
  private final ChainRecords records;
  private final PanelSettings settings;

  PlanMaker(
      PlanStore plans,
      Vault vault,
      PanelChain chain,
      ChainRecords records,
      PanelSettings settings) {
    this.plans = plans;
    this.vault = vault;
    this.chain = chain;
    this.records = records;
    this.settings = settings;
  }

  /**
   * Makes a plan; the case goes on by itself.
   *
   * @throws CodedException when it could convict nobody, or the instance has one already
   */
  UUID open(PlanOrder order) {
    Dialect dialect = order.dialect() == null ? Dialect.OPENAI : order.dialect();
    String endpoint = Endpoint.parse(order.endpoint()).toString();
    require(
        order.kind() == PanelKind.T || dialect == Dialect.OPENAI,
        "Receipts, and so a case N, are for OpenAI's interface alone.");
    VaultedInstance secrets = secrets(order.instanceId());
    PublishedInstance instance = published(secrets);
    if (!chain.hasProvers()) {
      throw new CodedException(
          ProverError.PROVERS_TOO_FEW,
          "Fewer provers than a panel needs have held a seat so long.");
    }
    if (plans.isUnderWay(order.instanceId())) {
      throw underWay();
    }
    Optional<SharedCode> code =
        order.kind() == PanelKind.T ? vault.code(order.instanceId()) : Optional.empty();
    List<Question> questions = questions(order, code);
    int threshold = code.map(shared -> threshold(shared, questions)).orElse(0);
    Plan plan = plan(order, instance, new Where(endpoint, dialect), threshold, questions);
    if (!plans.insert(plan, questions)) {
      throw underWay();
    }
    return plan.planUuid();
  }

  /**
   * The weight that convicts, so that an instance that has nothing to do with the copy reaches it
   * as seldom as the court's own table allows.
   */
  private static int threshold(SharedCode code, List<Question> questions) {
    int threshold =
        new HitWeights(code.code())
            .threshold(
                questions.stream().map(Question::secret).toList(), HitThresholds.CHANCE_NATS);
    int reachable = questions.stream().mapToInt(Question::weight).sum();
    if (reachable < threshold) {
      throw new CodedException(
          ProverError.KEYS_SPENT,
          "%d questions weigh %d in the code, and %d convicts: more keys are needed."
              .formatted(questions.size(), reachable, threshold));
    }
    return threshold;
  }

  private record Where(String endpoint, Dialect dialect) {}

  private Plan plan(
      PlanOrder order,
      PublishedInstance instance,
      Where where,
      int threshold,
      List<Question> questions) {
    List<Integer> covers = vault.covers(order.instanceId());
    int wanted = Math.min(covers.size(), settings.coversPerMember() * chain.rules().panelSize());
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    Bytes32 nonce = Bytes32.of(random);
    PanelPlan made =
        new PanelPlan(
            order.kind().forCourt(),
            instance.modelId(),
            order.instanceId(),
            questions.stream().map(question -> asked(order.instanceId(), question)).toList(),
            threshold,
            where.endpoint());
    return new Plan(
        UUID.randomUUID(),
        order.kind(),
        order.instanceId(),
        instance.host(),
        where.endpoint(),
        where.dialect(),
        threshold,
        List.copyOf(covers.subList(0, wanted)),
        nonce,
        chain.planId(made, nonce),
        TrialState.NONE,
        false,
        List.of(),
        null,
        null,
        null,
        Instant.now(),
        Instant.now());
  }

  /** The plan as the court reads it. */
  PanelPlan forCourt(Plan plan) {
    return new PanelPlan(
        plan.kind().forCourt(),
        secrets(plan.instanceId()).modelId(),
        plan.instanceId(),
        plans.questions(plan.planUuid()).stream()
            .map(question -> asked(plan.instanceId(), question))
            .toList(),
        plan.threshold(),
        plan.endpoint());
  }

  private PanelPlan.Question asked(Bytes32 instanceId, Question question) {
    return new PanelPlan.Question(
        vault.fingerprint(instanceId, question.secret()), question.weight());
  }

  private List<Question> questions(PlanOrder order, Optional<SharedCode> code) {
    List<Integer> free = vault.freeKeys(order.instanceId());
    List<Integer> shuffled = new ArrayList<>(free);
    Collections.shuffle(shuffled, RANDOM);
    int size = chain.rules().panelSize();
    for (int each = settings.questionsPerMember(); each > 0; each--) {
      int count = Math.min(each * size, HitThresholds.MAXIMUM_ASKED);
      if (count <= shuffled.size() && HitThresholds.leastHits(count).isPresent()) {
        List<Question> questions = new ArrayList<>();
        for (int place = 0; place < count; place++) {
          int key = shuffled.get(place);
          questions.add(new Question(place, key, weight(code, key, order.instanceId())));
        }
        return questions;
      }
    }
    throw tooFew(free.size());
  }

  private static int weight(Optional<SharedCode> code, int key, Bytes32 instanceId) {
    return code.map(shared -> new HitWeights(shared.code()).of(key, instanceId)).orElse(1);
  }

  private VaultedInstance secrets(Bytes32 instanceId) {
    return vault
        .find(instanceId)
        .orElseThrow(
            () ->
                new CodedException(
                    ProverError.INSTANCE_UNKNOWN,
                    "The vault has no secrets of " + instanceId + "."));
  }

  private PublishedInstance published(VaultedInstance secrets) {
    PublishedInstance published =
        records
            .instance(secrets.instanceId())
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.INSTANCE_UNPUBLISHED,
                        "The chain does not have the instance yet."));
    if (!published.fingerprintRoot().equals(secrets.fingerprintRoot())) {
      throw new CodedException(
          ProverError.VAULT_ROOT_DIFFERS, "The chain has another fingerprint root.");
    }
    return published;
  }

  private static CodedException underWay() {
    return new CodedException(
        ProverError.PLAN_UNDER_WAY, "The instance has a plan that is not finished.");
  }

  private static CodedException tooFew(int free) {
    return new CodedException(
        ProverError.KEYS_SPENT, free + " keys of the instance are left, too few for a panel.");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new CodedException(ProverError.PLAN_MALFORMED, otherwise);
    }
  }
}
