package org.oml.prover.audit;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.oml.protocol.Address;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Endpoint;
import org.oml.prover.target.Target;
import org.oml.prover.vault.Vault;
import org.oml.prover.vault.VaultedInstance;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes orders for audits: checks what can be checked before, stores the plan, and lets it begin.
 */
public final class AuditOffice {

  private static final int MOST_KEYS = 64;
  private static final int MOST_TRACED = 512;
  private static final int MOST_COVERS = 1_000;
  private static final int MOST_REQUESTS = 60_000;

  private final AuditStore audits;
  private final Vault vault;
  private final ChainRecords chain;
  private final AuditPlanner planner;
  private final SchedulerClient scheduler;
  private final AuditSettings settings;
  private final TransactionTemplate transaction;

  AuditOffice(
      AuditStore audits,
      Vault vault,
      ChainRecords chain,
      AuditPlanner planner,
      SchedulerClient scheduler,
      AuditSettings settings,
      TransactionTemplate transaction) {
    this.audits = audits;
    this.vault = vault;
    this.chain = chain;
    this.planner = planner;
    this.scheduler = scheduler;
    this.settings = settings;
    this.transaction = transaction;
  }

  /**
   * Plans an audit and begins it.
   *
   * @throws CodedException when it cannot lead anywhere, or another audit of the same instance or
   *     endpoint is under way
   */
  public UUID order(AuditOrder order, Address requestedBy) {
    return order(order, requestedBy, false);
  }

  /**
   * Plans and begins what asks like an audit, up to 512 keys and all of them, and whose answers are
   * traced to instances in place of a verdict.
   *
   * @throws CodedException as {@link #order(AuditOrder, Address)}
   */
  public UUID trace(AuditOrder order, Address requestedBy) {
    return order(order, requestedBy, true);
  }

  private UUID order(AuditOrder order, Address requestedBy, boolean traces) {
    Endpoint endpoint = Endpoint.parse(order.endpoint());
    requireSensible(order, traces ? MOST_TRACED : MOST_KEYS);
    requirePublished(secrets(order));
    Random random =
        order.seed() == null ? new SecureRandom() : new Random(order.seed().longValue());
    UUID auditId = UUID.randomUUID();
    transaction.executeWithoutResult(
        status -> {
          vault.lock(order.instanceId());
          plan(auditId, order, endpoint, requestedBy, random, traces);
          AuditTask.begin(scheduler, auditId);
        });
    return auditId;
  }

  /**
   * Refuses an order that could never be carried out.
   *
   * @throws CodedException as {@link #order}
   */
  public void requireSound(AuditOrder order) {
    Endpoint.parse(order.endpoint());
    requireSensible(order, MOST_KEYS);
    requirePublished(secrets(order));
  }

  /** Keys of an instance that audits asked since a time, or hold. */
  public int keysSince(Bytes32 instanceId, Instant time) {
    return audits.keysSince(instanceId, time);
  }

  private VaultedInstance secrets(AuditOrder order) {
    return vault
        .find(order.instanceId())
        .orElseThrow(
            () ->
                new CodedException(
                    ProverError.INSTANCE_UNKNOWN,
                    "The vault has no secrets of " + order.instanceId() + "."));
  }

  private void plan(
      UUID auditId,
      AuditOrder order,
      Endpoint endpoint,
      Address requestedBy,
      Random random,
      boolean traces) {
    VaultedInstance secrets = secrets(order);
    if (audits.isUnderWay(order.instanceId(), endpoint.toString())) {
      throw new CodedException(
          ProverError.AUDIT_UNDER_WAY, "The instance or the endpoint is being audited.");
    }
    List<Integer> free = vault.freeKeys(order.instanceId());
    if (free.size() < order.keys()) {
      throw new CodedException(
          ProverError.KEYS_SPENT,
          "%d keys of the instance are left, not %d.".formatted(free.size(), order.keys()));
    }
    List<Integer> covers = vault.covers(order.instanceId());
    if (covers.size() < order.covers()) {
      throw new CodedException(
          ProverError.COVERS_MISSING,
          "The instance has %d covers, not %d.".formatted(covers.size(), order.covers()));
    }
    List<Integer> keys = AuditPlanner.draw(free, order.keys(), random);
    audits.plan(
        new AuditStore.Order(
            auditId,
            order.instanceId(),
            secrets.host(),
            new Target(endpoint, order.dialectOrDefault(), planner.client(random)),
            secrets.model(),
            order.requestsPerMinute() == null
                ? settings.requestsPerMinute()
                : order.requestsPerMinute(),
            requestedBy,
            order.isOfHost(),
            traces),
        planner.plan(keys, covers.subList(0, order.covers()), random));
  }

  private static void requireSensible(AuditOrder order, int mostKeys) {
    Integer pace = order.requestsPerMinute();
    if (pace != null && (pace < 1 || pace > MOST_REQUESTS)) {
      throw new CodedException(
          ProverError.AUDIT_MALFORMED,
          "There are 1 to %d requests a minute.".formatted(MOST_REQUESTS));
    }
    if (order.keys() < 1
        || order.keys() > mostKeys
        || order.covers() < 0
        || order.covers() > MOST_COVERS) {
      throw new CodedException(
          ProverError.AUDIT_MALFORMED,
          "An audit has 1 to %d keys and up to %d covers.".formatted(mostKeys, MOST_COVERS));
    }
  }

  /** An audit whose evidence the court would refuse only spends keys. */
  private void requirePublished(VaultedInstance secrets) {
    PublishedInstance published =
        chain
            .instance(secrets.instanceId())
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.INSTANCE_UNPUBLISHED,
                        "The chain does not have the instance yet."));
    if (!published.fingerprintRoot().equals(secrets.fingerprintRoot())
        || !published.host().equals(secrets.host())) {
      throw new CodedException(
          ProverError.VAULT_ROOT_DIFFERS, "The chain has another host or fingerprint root.");
    }
    if (!published.contextRoot().equals(AuditContexts.root())) {
      throw new CodedException(
          ProverError.CONTEXTS_NOT_ALLOWED,
          "The model's terms allow other contexts than the ones that this prover asks in.");
    }
  }
}
