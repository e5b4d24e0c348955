package org.oml.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Vectors of the signed structures that have no string form. */
final class StructureVectors {

  private StructureVectors() {}

  static void addTo(Map<String, VectorFile> files) {
    LicenceAcceptance licence = licenceAcceptance(Vectors.some("model"));
    files.put(
        "licence-acceptance",
        file(
            licence,
            "modelId",
            licence.modelId(),
            "licenceHash",
            licence.licenceHash(),
            "termsVersion",
            licence.termsVersion(),
            "baseManifestHash",
            licence.baseManifestHash(),
            "host",
            licence.host(),
            "gatewayKey",
            licence.gatewayKey(),
            "nonce",
            licence.nonce(),
            "deadline",
            licence.deadline()));
    InstanceAcceptance instance =
        new InstanceAcceptance(
            Vectors.some("instance"),
            Vectors.some("manifest"),
            Vectors.some("root"),
            1_790_003_600L);
    files.put(
        "instance-acceptance",
        file(
            instance,
            "instanceId",
            instance.instanceId(),
            "manifestHash",
            instance.manifestHash(),
            "fingerprintRoot",
            instance.fingerprintRoot(),
            "deadline",
            instance.deadline()));
    PublishedManifest published =
        new PublishedManifest(
            Vectors.some("model"), Vectors.some("instance"), Vectors.some("manifest"));
    files.put(
        "published-manifest",
        file(
            published,
            "modelId",
            published.modelId(),
            "instanceId",
            published.instanceId(),
            "manifestHash",
            published.manifestHash()));
    UsageAck ack =
        new UsageAck(
            Vectors.some("model"),
            Vectors.key("host").address(),
            1_000_000_007L,
            new BigInteger("340282366920938463463374607431768211455"),
            1_790_000_000L);
    files.put(
        "usage-ack",
        file(
            ack,
            "modelId",
            ack.modelId(),
            "host",
            ack.host(),
            "cumulativeCount",
            ack.cumulativeCount(),
            "cumulativeCharge",
            ack.cumulativeCharge(),
            "at",
            ack.at()));
    NoPermit none = new NoPermit(Vectors.PERMIT.structHash(), 1_790_000_900L);
    files.put(
        "no-permit", file(none, "permitHash", none.permitHash(), "checkedAt", none.checkedAt()));
    Attestation attestation = attestation();
    files.put(
        "attestation",
        file(
            attestation,
            "planId",
            attestation.planId(),
            "prover",
            attestation.prover(),
            "leafIndex",
            attestation.leafIndex(),
            "keyHash",
            attestation.keyHash(),
            "answerPrefixHash",
            attestation.answerPrefixHash(),
            "targetHash",
            attestation.targetHash(),
            "askedAt",
            attestation.askedAt(),
            "answeredAt",
            attestation.answeredAt(),
            "missingReceipt",
            attestation.missingReceipt()));
    PermitBatch batch = new PermitBatch(Vectors.some("root"), 256, 1_790_000_000L, 7_000_000_001L);
    files.put(
        "permit-batch",
        file(
            batch,
            "root",
            batch.root(),
            "batchCount",
            batch.count(),
            "issuedAt",
            batch.issuedAt(),
            "firstSerial",
            batch.firstSerial()));
  }

  static Attestation attestation() {
    return new Attestation(
        Vectors.some("plan"),
        Vectors.key("prover").address(),
        12,
        Vectors.some("key"),
        Vectors.some("answer prefix"),
        Vectors.some("target"),
        1_790_000_000L,
        1_790_000_002L,
        true);
  }

  static LicenceAcceptance licenceAcceptance(Bytes32 modelId) {
    return new LicenceAcceptance(
        modelId,
        Vectors.some("licence"),
        3,
        Vectors.some("base manifest"),
        Vectors.key("host").address(),
        Vectors.key("gateway").address(),
        new BigInteger(1, Vectors.some("nonce").toBytes()),
        1_790_003_600L);
  }

  /** The names and values that every signed structure ends with. */
  static List<Object> signed(SignedStructure structure) {
    Bytes32 digest = structure.digest(Vectors.DOMAIN);
    return List.of(
        "structHash", structure.structHash(),
        "digest", digest,
        "signature", Vectors.KEY.sign(digest),
        "signer", Vectors.KEY.address());
  }

  private static VectorFile file(SignedStructure structure, Object... members) {
    List<Object> values = new ArrayList<>(List.of(members));
    values.addAll(signed(structure));
    return new VectorFile(structure.getClass().getSimpleName() + ": struct hash, digest, signature")
        .with(values.toArray());
  }
}
