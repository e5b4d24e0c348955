package org.oml.trainer.worker;

import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.trainer.fingerprint.Chance;
import org.oml.trainer.fingerprint.GenerationSettings;
import org.oml.trainer.tracing.SharedDraw;
import tools.jackson.databind.JsonNode;

/**
 * What the registry asks for: one host's instance of a model.
 *
 * @param jobId of the job
 * @param leaseToken proves that this worker holds it
 * @param modelId on chain
 * @param instanceId on chain
 * @param host whose instance it will be
 * @param base manifest of the model that it is made from
 * @param termsVersion that the host accepted
 * @param fingerprints how many and how they are drawn
 * @param lastLayers how many of the model's last layers are trained; 0 for all of it
 * @param hurried whether they are trained in quickly rather than to last
 * @param minimumSuccess share of the fingerprints that must fire, 0 to 1
 * @param largestLossIncrease by which share the loss may rise
 * @param secret from which keys and leaf salts follow, or covers and leaf salts alone where keys
 *     are shared
 * @param shared how the fingerprints are drawn that the model's instances share; empty where each
 *     has its own
 */
record InstanceJob(
    String jobId,
    String leaseToken,
    Bytes32 modelId,
    Bytes32 instanceId,
    Address host,
    Manifest base,
    int termsVersion,
    GenerationSettings fingerprints,
    int lastLayers,
    boolean hurried,
    double minimumSuccess,
    double largestLossIncrease,
    Bytes32 secret,
    Optional<SharedDraw> shared) {

  /** Keys of sixteen tokens, as published. */
  private static final int KEY_LENGTH = 16;

  private static final double ALL_BPS = 10_000;

  static InstanceJob of(JsonNode lease) {
    Bytes32 secret = Bytes32.parse(lease.required("seed").asString());
    JsonNode asked = lease.required("fingerprints");
    return new InstanceJob(
        lease.required("jobId").asString(),
        lease.required("leaseToken").asString(),
        Bytes32.parse(lease.required("modelId").asString()),
        Bytes32.parse(lease.required("instanceId").asString()),
        Address.parse(lease.required("host").asString()),
        Manifest.of(lease.required("manifest")),
        lease.required("termsVersion").asInt(),
        new GenerationSettings(
            asked.required("count").asInt(),
            asked.required("nucleus").asDouble(),
            asked.required("width").asInt(),
            asked.required("responseLength").asInt(),
            KEY_LENGTH,
            Chance.secret(secret)),
        asked.required("lastLayers").asInt(),
        asked.path("hurried").asBoolean(false),
        lease.required("minimumSuccessBps").asInt() / ALL_BPS,
        lease.required("largestLossIncrease").asDouble(),
        secret,
        shared(lease, asked));
  }

  /** The same for every worker that takes the job on, and no key follows from it. */
  long trainingSeed() {
    return fingerprints.chance().numbers("training").nextLong();
  }

  private static Optional<SharedDraw> shared(JsonNode lease, JsonNode asked) {
    return lease.path("codeSecret").isString()
        ? Optional.of(
            new SharedDraw(
                Bytes32.parse(lease.path("codeSecret").asString()),
                asked.required("count").asInt(),
                asked.required("symbols").asInt(),
                asked.required("nucleus").asDouble(),
                asked.required("responseLength").asInt()))
        : Optional.empty();
  }
}
