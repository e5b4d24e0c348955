package org.oml.registry.job;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.registry.RegistryProperties;
import org.oml.registry.instance.Progress;
import tools.jackson.databind.JsonNode;

/** What workers and the registry say to one another. */
final class JobCalls {

  private JobCalls() {}

  /**
   * @param leaseToken that the lease shall have, drawn by the worker: whoever asks again with the
   *     same, because the answer was lost, gets the same job
   */
  record LeaseRequest(String worker, UUID leaseToken) {}

  record Job(
      UUID jobId,
      UUID leaseToken,
      Instant leasedUntil,
      String kind,
      String model,
      Bytes32 modelId,
      Bytes32 instanceId,
      Address host,
      int termsVersion,
      Bytes32 licenceHash,
      Bytes32 baseManifestHash,
      JsonNode manifest,
      RegistryProperties.Fingerprints fingerprints,
      int minimumSuccessBps,
      double largestLossIncrease,
      Bytes32 seed,
      @Nullable Bytes32 codeSecret) {}

  record HeartbeatRequest(UUID leaseToken, @Nullable Progress progress) {}

  record Heartbeat(Instant leasedUntil) {}

  record Uploaded(String path, Bytes32 sha256, String size) {}

  /**
   * How well a made instance does.
   *
   * @param success share of the fingerprints that fire, 0 to 1
   * @param count of fingerprints
   * @param lossIncrease relative to the base model
   */
  record Check(double success, int count, @Nullable Double lossIncrease) {}

  record CompleteRequest(
      UUID leaseToken, JsonNode manifest, Bytes32 fingerprintRoot, Check check) {}

  /**
   * @param again whether another try may come out otherwise; it is granted unless this is false
   * @param spared whether the try was no fault of the job, as where the worker's disk was full; it
   *     counts unless this is true
   */
  record FailRequest(
      UUID leaseToken,
      String code,
      @Nullable String detail,
      @Nullable Boolean again,
      @Nullable Boolean spared) {

    Jobs.Try tried() {
      if (Boolean.FALSE.equals(again)) {
        return Jobs.Try.LAST;
      }
      return Boolean.TRUE.equals(spared) ? Jobs.Try.SPARED : Jobs.Try.COUNTED;
    }
  }

  record Completed(Bytes32 instanceId, String state) {}
}
