package org.oml.registry.instance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;

/**
 * An instance and how far it is. Its state is changed by statements that name the states before,
 * never by writing back what was read: somebody else may have changed it meanwhile.
 */
@Entity
@Table(name = "instance")
final class InstanceRow {

  @Id private Bytes32 instanceId;

  @ManyToOne(optional = false)
  @JoinColumn(name = "model_id")
  private LicensedModelRow model;

  @Column private Address host;

  @Column
  @Enumerated(EnumType.STRING)
  private InstanceState state;

  @Column private @Nullable String step;
  @Column private @Nullable Double share;
  @Column private @Nullable String detail;
  @Column private long termsVersion;
  @Column private Address gatewayKey;
  @Column private BigInteger nonce;
  @Column private long deadline;
  @Column private Signature licenceSignature;
  @Column private @Nullable Manifest manifest;
  @Column private @Nullable Bytes32 manifestHash;
  @Column private @Nullable Bytes32 fingerprintRoot;
  @Column private @Nullable Long acceptanceDeadline;
  @Column private @Nullable Signature acceptanceSignature;
  @Column private @Nullable Bytes32 transactionHash;
  @Column private @Nullable Long publishedBlock;
  @Column private Instant createdAt;
  @Column private Instant updatedAt;

  @SuppressWarnings("NullAway.Init")
  InstanceRow() {}

  Instance instance() {
    return new Instance(
        instanceId,
        state,
        new Progress(step, share, detail, null, null),
        licence(),
        licenceSignature,
        manifest,
        acceptance(),
        acceptanceSignature,
        transactionHash,
        Objects.requireNonNullElse(publishedBlock, 0L),
        updatedAt);
  }

  private LicenceAcceptance licence() {
    return new LicenceAcceptance(
        model.modelId(),
        model.licenceHash(),
        Math.toIntExact(termsVersion),
        model.baseManifestHash(),
        host,
        gatewayKey,
        nonce,
        deadline);
  }

  private @Nullable InstanceAcceptance acceptance() {
    Manifest made = manifest;
    Long until = acceptanceDeadline;
    if (made == null || until == null) {
      return null;
    }
    return new InstanceAcceptance(
        instanceId, made.hash(), made.instance().orElseThrow().fingerprintRoot(), until);
  }
}
