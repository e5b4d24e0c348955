package org.oml.prover.audit;

import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.oml.protocol.Address;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Endpoint;
import org.oml.prover.vault.Vault;
import org.oml.prover.vault.VaultedInstance;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes orders for audits: checks what can be checked before, stores the plan, and lets it begin.
 */
final class AuditOffice {

  private static final int MOST_KEYS = 64;
  private static final int MOST_COVERS = 1_000;

  private final AuditStore audits;
  private final Vault vault;
  private final ChainRecords chain;
  private final AuditPlanner planner;
  private final AuditWorker worker;
  private final TransactionTemplate transaction;

  AuditOffice(
      AuditStore audits,
      Vault vault,
      ChainRecords chain,
      AuditPlanner planner,
      AuditWorker worker,
      TransactionTemplate transaction) {
    this.audits = audits;
    this.vault = vault;
    this.chain = chain;
    this.planner = planner;
    this.worker = worker;
    this.transaction = transaction;
  }

  /**
   * Plans an audit and begins it.
   *
   * @throws CodedException when it cannot lead anywhere
   */
  UUID order(AuditEndpoints.Order order, Address requestedBy) {
    Endpoint endpoint = Endpoint.parse(order.endpoint());
    requireSensible(order);
    VaultedInstance secrets =
        vault
            .find(order.instanceId())
            .orElseThrow(
                () ->
                    new CodedException(
                        ProverError.INSTANCE_UNKNOWN,
                        "The vault has no secrets of " + order.instanceId() + "."));
    requirePublished(secrets);
    Random random =
        order.seed() == null ? new SecureRandom() : new Random(order.seed().longValue());
    UUID auditId = UUID.randomUUID();
    transaction.executeWithoutResult(
        status -> plan(auditId, order, endpoint, secrets, requestedBy, random));
    worker.begin(auditId);
    return auditId;
  }

  private void plan(
      UUID auditId,
      AuditEndpoints.Order order,
      Endpoint endpoint,
      VaultedInstance secrets,
      Address requestedBy,
      Random random) {
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
            endpoint.toString(),
            secrets.model(),
            requestedBy),
        planner.plan(keys, covers.subList(0, order.covers()), random));
  }

  private static void requireSensible(AuditEndpoints.Order order) {
    if (order.keys() < 1
        || order.keys() > MOST_KEYS
        || order.covers() < 0
        || order.covers() > MOST_COVERS) {
      throw new CodedException(
          ProverError.AUDIT_MALFORMED,
          "An audit has 1 to %d keys and up to %d covers.".formatted(MOST_KEYS, MOST_COVERS));
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
