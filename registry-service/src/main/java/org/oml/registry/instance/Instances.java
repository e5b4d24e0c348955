package org.oml.registry.instance;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.Signature;
import org.oml.registry.RegistryError;
import org.oml.registry.blob.StoredFile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The instances and their states, in the database. A change of state names the states from which it
 * may start, so that of two that race one comes too late and says so. What the chain says is
 * written in the transaction of whoever reads the chain's events, which is not one of entities.
 */
@Component
public final class Instances {

  private static final Set<InstanceState> IN_TRAINING = EnumSet.of(InstanceState.TRAINING);

  private final InstanceRows rows;
  private final InstanceFileRows files;
  private final JdbcClient database;

  Instances(InstanceRows rows, InstanceFileRows files, JdbcClient database) {
    this.rows = rows;
    this.files = files;
    this.database = database;
  }

  /**
   * Adds an instance that waits for a worker.
   *
   * @return false if it was there
   */
  public boolean add(Bytes32 instanceId, LicenceAcceptance licence, Signature signature) {
    return rows.add(
            instanceId.toBytes(),
            licence.modelId().toBytes(),
            licence.host().toBytes(),
            licence.termsVersion(),
            licence.gatewayKey().toBytes(),
            licence.nonce(),
            licence.deadline(),
            signature.toBytes())
        == 1;
  }

  /** An instance, whoever asks. */
  public Optional<Instance> find(Bytes32 instanceId) {
    return rows.find(instanceId).map(InstanceRow::instance);
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
    return rows.of(host).stream().map(InstanceRow::instance).toList();
  }

  /** The newest 500 instances of a model, the newest first. */
  public List<Instance> ofModel(Bytes32 modelId) {
    return rows.newestOf(modelId).stream().map(InstanceRow::instance).toList();
  }

  /** All instances in a state. */
  public List<Instance> in(InstanceState state) {
    return rows.in(state).stream().map(InstanceRow::instance).toList();
  }

  /** How many instances a model has, whatever their state. */
  public int countOf(Bytes32 modelId) {
    return Math.toIntExact(rows.countOf(modelId));
  }

  /** A worker began. What an earlier one sent stays: this one may make the same. */
  public void training(Bytes32 instanceId) {
    rows.training(instanceId, EnumSet.of(InstanceState.QUEUED, InstanceState.TRAINING));
  }

  /** Says how far a worker is. */
  public void progress(Bytes32 instanceId, Progress progress) {
    rows.progress(instanceId, progress.step(), progress.share(), progress.detail(), IN_TRAINING);
  }

  /** A worker gave up, and another may try. */
  public void queued(Bytes32 instanceId, String detail) {
    rows.queued(instanceId, detail, IN_TRAINING);
  }

  /** Failed, and somebody has it tried again. */
  public void queuedAgain(Bytes32 instanceId) {
    rows.queued(instanceId, null, EnumSet.of(InstanceState.FAILED));
  }

  /** Nobody tries again. */
  public void failed(Bytes32 instanceId, String detail) {
    rows.failed(
        instanceId,
        detail,
        EnumSet.of(InstanceState.QUEUED, InstanceState.TRAINING, InstanceState.PUBLISHING));
  }

  /** A worker made it. Files that others sent and its manifest does not name are forgotten. */
  public void trained(Bytes32 instanceId, Manifest manifest) {
    Bytes32 root = manifest.instance().orElseThrow().fingerprintRoot();
    rows.trained(instanceId, manifest, manifest.hash(), root, IN_TRAINING);
    files.forgetOthers(instanceId, manifest.files().stream().map(ManifestFile::path).toList());
  }

  /**
   * The host countersigned.
   *
   * @return false if the instance waits for no countersignature
   */
  public boolean publishing(
      Bytes32 instanceId, InstanceAcceptance acceptance, Signature signature) {
    return rows.publishing(
            instanceId, acceptance.deadline(), signature, EnumSet.of(InstanceState.TRAINED))
        == 1;
  }

  /** The chain refused it; the host may countersign again. */
  public void returned(Bytes32 instanceId, String detail) {
    rows.returned(instanceId, detail, EnumSet.of(InstanceState.PUBLISHING));
  }

  /** The chain says that it is there. */
  public void published(Bytes32 instanceId, Bytes32 transaction, long block) {
    database
        .sql(
            """
            update instance set state = 'PUBLISHED', step = 'published', share = 1, detail = null,
              transaction_hash = :transaction, published_block = :block, updated_at = now()
            where instance_id = :id and state in ('TRAINED', 'PUBLISHING', 'PUBLISHED')
            """)
        .param("id", instanceId.toBytes())
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
    files.save(new InstanceFileRow(new InstanceFileRow.Key(instanceId, path), file));
  }

  /** Whether a worker uploaded just this file. */
  public boolean hasFile(Bytes32 instanceId, String path, StoredFile file) {
    return files
        .findById(new InstanceFileRow.Key(instanceId, path))
        .filter(row -> row.is(file))
        .isPresent();
  }
}
