package org.oml.registry.instance;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code instance}. A change answers 0 where the instance was in another state. */
interface InstanceRows extends Repository<InstanceRow, Bytes32> {

  /** The instance with its model, in one statement. */
  String WITH_MODEL = "select i from InstanceRow i join fetch i.model ";

  String CHANGE = "update InstanceRow i set i.updatedAt = instant, ";
  String FROM = " where i.instanceId = :id and i.state in :before";

  @Query(WITH_MODEL + "where i.instanceId = :id")
  Optional<InstanceRow> find(Bytes32 id);

  @Query(WITH_MODEL + "where i.host = :host order by i.createdAt")
  List<InstanceRow> of(Address host);

  @Query(WITH_MODEL + "where i.state = :state order by i.createdAt")
  List<InstanceRow> in(InstanceState state);

  @Query(WITH_MODEL + "where i.model.modelId = :modelId order by i.createdAt desc limit 500")
  List<InstanceRow> newestOf(Bytes32 modelId);

  @Query("select count(*) from InstanceRow i where i.model.modelId = :modelId")
  long countOf(Bytes32 modelId);

  /** In one statement, so that it does not matter who else adds the same. */
  @Transactional
  @Modifying
  @Query(
      nativeQuery = true,
      value =
          """
          insert into instance (instance_id, model_id, host, state, terms_version, gateway_key,
            nonce, deadline, licence_signature)
          values (:id, :model, :host, 'QUEUED', :terms, :gatewayKey, :nonce, :deadline, :signature)
          on conflict do nothing
          """)
  int add(
      byte[] id,
      byte[] model,
      byte[] host,
      long terms,
      byte[] gatewayKey,
      BigInteger nonce,
      long deadline,
      byte[] signature);

  @Transactional
  @Modifying
  @Query(CHANGE + "i.state = TRAINING, i.step = 'training', i.share = 0.0" + FROM)
  int training(Bytes32 id, Collection<InstanceState> before);

  @Transactional
  @Modifying
  @Query(CHANGE + "i.step = :step, i.share = :share, i.detail = :detail" + FROM)
  int progress(
      Bytes32 id,
      @Nullable String step,
      @Nullable Double share,
      @Nullable String detail,
      Collection<InstanceState> before);

  @Transactional
  @Modifying
  @Query(CHANGE + "i.state = QUEUED, i.step = null, i.share = null, i.detail = :detail" + FROM)
  int queued(Bytes32 id, @Nullable String detail, Collection<InstanceState> before);

  @Transactional
  @Modifying
  @Query(CHANGE + "i.state = FAILED, i.detail = :detail" + FROM)
  int failed(Bytes32 id, String detail, Collection<InstanceState> before);

  @Transactional
  @Modifying
  @Query(
      CHANGE
          + "i.state = TRAINED, i.step = 'trained', i.share = 1.0, i.detail = null,"
          + " i.manifest = :manifest, i.manifestHash = :hash, i.fingerprintRoot = :root"
          + FROM)
  int trained(
      Bytes32 id, Manifest manifest, Bytes32 hash, Bytes32 root, Collection<InstanceState> before);

  @Transactional
  @Modifying
  @Query(
      CHANGE
          + "i.state = PUBLISHING, i.step = 'publishing', i.share = null, i.detail = null,"
          + " i.acceptanceDeadline = :deadline, i.acceptanceSignature = :signature"
          + FROM)
  int publishing(Bytes32 id, long deadline, Signature signature, Collection<InstanceState> before);

  @Transactional
  @Modifying
  @Query(
      CHANGE
          + "i.state = TRAINED, i.step = 'trained', i.detail = :detail,"
          + " i.acceptanceDeadline = null, i.acceptanceSignature = null"
          + FROM)
  int returned(Bytes32 id, String detail, Collection<InstanceState> before);
}
