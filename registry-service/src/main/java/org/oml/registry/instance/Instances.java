package org.oml.registry.instance;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.StoredFile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The instances and their states, in the database. A change of state names the states from which it
 * may start, so that of two that race one comes too late and says so.
 */
@Component
public final class Instances {

  private final JdbcClient database;

  Instances(JdbcClient database) {
    this.database = database;
  }

  /**
   * Adds an instance that waits for a worker.
   *
   * @return false if it was there
   */
  public boolean add(Bytes32 instanceId, LicenceAcceptance licence, Signature signature) {
    return database
            .sql(
                """
                insert into instance (instance_id, model_id, host, state, terms_version, gateway_key,
                  nonce, deadline, licence_signature)
                values (:id, :model, :host, 'QUEUED', :terms, :gatewayKey, :nonce, :deadline, :signature)
                on conflict do nothing
                """)
            .param("id", instanceId.toBytes())
            .param("model", licence.modelId().toBytes())
            .param("host", licence.host().toBytes())
            .param("terms", licence.termsVersion())
            .param("gatewayKey", licence.gatewayKey().toBytes())
            .param("nonce", licence.nonce())
            .param("deadline", licence.deadline())
            .param("signature", signature.toBytes())
            .update()
        == 1;
  }

  /** An instance, whoever asks. */
  public Optional<Instance> find(Bytes32 instanceId) {
    return database
        .sql(InstanceRow.SELECT + " where i.instance_id = :id")
        .param("id", instanceId.toBytes())
        .query(InstanceRow::read)
        .optional();
  }

  /**
   * A host's own instance. One that is missing and one that is another's look the same.
   *
   * @throws CodedException {@link RegistryError#INSTANCE_UNKNOWN}
   */
  public Instance get(Bytes32 instanceId, Address host) {
    return find(instanceId)
        .filter(instance -> instance.licence().host().equals(host))
        .orElseThrow(
            () ->
                new CodedException(
                    RegistryError.INSTANCE_UNKNOWN,
                    "The account " + host + " has no instance " + instanceId + "."));
  }

  /** A host's instances, the oldest first. */
  public List<Instance> of(Address host) {
    return database
        .sql(InstanceRow.SELECT + " where i.host = :host order by i.created_at")
        .param("host", host.toBytes())
        .query(InstanceRow::read)
        .list();
  }

  /** The newest 500 instances of a model, the newest first. */
  public List<Instance> ofModel(Bytes32 modelId) {
    return database
        .sql(InstanceRow.SELECT + " where i.model_id = :model order by i.created_at desc limit 500")
        .param("model", modelId.toBytes())
        .query(InstanceRow::read)
        .list();
  }

  /** All instances in a state. */
  public List<Instance> in(InstanceState state) {
    return database
        .sql(InstanceRow.SELECT + " where i.state = :state order by i.created_at")
        .param("state", state.name())
        .query(InstanceRow::read)
        .list();
  }

  /** How many instances a model has, whatever their state. */
  public int countOf(Bytes32 modelId) {
    return database
        .sql("select count(*) from instance where model_id = :model")
        .param("model", modelId.toBytes())
        .query(Integer.class)
        .single();
  }

  /** A worker began. Files of an earlier worker are forgotten. */
  public void training(Bytes32 instanceId) {
    change(instanceId, "state = 'TRAINING', step = 'training', share = 0", "'QUEUED', 'TRAINING'")
        .update();
    database
        .sql("delete from instance_file where instance_id = :id")
        .param("id", instanceId.toBytes())
        .update();
  }

  /** Says how far a worker is. */
  public void progress(Bytes32 instanceId, Progress progress) {
    change(instanceId, "step = :step, share = :share, detail = :detail", "'TRAINING'")
        .param("step", progress.step())
        .param("share", progress.share())
        .param("detail", progress.detail())
        .update();
  }

  /** A worker gave up, and another may try. */
  public void queued(Bytes32 instanceId, String detail) {
    change(
            instanceId,
            "state = 'QUEUED', step = null, share = null, detail = :detail",
            "'TRAINING'")
        .param("detail", detail)
        .update();
  }

  /** Failed, and somebody has it tried again. */
  public void queuedAgain(Bytes32 instanceId) {
    change(instanceId, "state = 'QUEUED', step = null, share = null, detail = null", "'FAILED'")
        .update();
  }

  /** Nobody tries again. */
  public void failed(Bytes32 instanceId, String detail) {
    change(instanceId, "state = 'FAILED', detail = :detail", "'QUEUED', 'TRAINING', 'PUBLISHING'")
        .param("detail", detail)
        .update();
  }

  /** A worker made it. */
  public void trained(Bytes32 instanceId, Manifest manifest) {
    change(
            instanceId,
            """
            state = 'TRAINED', step = 'trained', share = 1, detail = null, manifest = :manifest,
              manifest_hash = :hash, fingerprint_root = :root""",
            "'TRAINING'")
        .param("manifest", manifest.bytes())
        .param("hash", manifest.hash().toBytes())
        .param("root", manifest.instance().orElseThrow().fingerprintRoot().toBytes())
        .update();
  }

  /**
   * The host countersigned.
   *
   * @return false if the instance waits for no countersignature
   */
  public boolean publishing(
      Bytes32 instanceId, InstanceAcceptance acceptance, Signature signature) {
    return change(
                instanceId,
                """
                state = 'PUBLISHING', step = 'publishing', share = null, detail = null,
                  acceptance_deadline = :deadline, acceptance_signature = :signature""",
                "'TRAINED'")
            .param("deadline", acceptance.deadline())
            .param("signature", signature.toBytes())
            .update()
        == 1;
  }

  /** The chain refused it; the host may countersign again. */
  public void returned(Bytes32 instanceId, String detail) {
    change(
            instanceId,
            """
            state = 'TRAINED', step = 'trained', detail = :detail, acceptance_deadline = null,
              acceptance_signature = null""",
            "'PUBLISHING'")
        .param("detail", detail)
        .update();
  }

  /** The chain says that it is there. */
  public void published(Bytes32 instanceId, Bytes32 transaction, long block) {
    change(
            instanceId,
            """
            state = 'PUBLISHED', step = 'published', share = 1, detail = null,
              transaction_hash = :transaction, published_block = :block""",
            "'TRAINED', 'PUBLISHING', 'PUBLISHED'")
        .param("transaction", transaction.toBytes())
        .param("block", block)
        .update();
  }

  /**
   * Blocks were taken back: what they published is on its way again, or, where the acceptance did
   * not come through this registry, waits for one.
   */
  public void unpublishedFrom(long block) {
    database
        .sql(
            """
            update instance set
              state = case when acceptance_signature is null then 'TRAINED' else 'PUBLISHING' end,
              step = 'publishing', share = null, transaction_hash = null, published_block = null,
              updated_at = now()
            where state = 'PUBLISHED' and published_block >= :block
            """)
        .param("block", block)
        .update();
  }

  /** A worker uploaded a file of it. */
  public void addFile(Bytes32 instanceId, String path, StoredFile file) {
    database
        .sql(
            """
            insert into instance_file (instance_id, path, sha256, size)
            values (:id, :path, :sha256, :size)
            on conflict (instance_id, path) do update set sha256 = :sha256, size = :size
            """)
        .param("id", instanceId.toBytes())
        .param("path", path)
        .param("sha256", file.sha256().toBytes())
        .param("size", file.size())
        .update();
  }

  /** Whether a worker uploaded just this file. */
  public boolean hasFile(Bytes32 instanceId, String path, StoredFile file) {
    return database
        .sql(
            """
            select exists (select from instance_file
              where instance_id = :id and path = :path and sha256 = :sha256 and size = :size)
            """)
        .param("id", instanceId.toBytes())
        .param("path", path)
        .param("sha256", file.sha256().toBytes())
        .param("size", file.size())
        .query(Boolean.class)
        .single();
  }

  private JdbcClient.StatementSpec change(Bytes32 instanceId, String values, String from) {
    return database
        .sql(
            "update instance set "
                + values
                + ", updated_at = now() where instance_id = :id and state in ("
                + from
                + ")")
        .param("id", instanceId.toBytes());
  }
}
