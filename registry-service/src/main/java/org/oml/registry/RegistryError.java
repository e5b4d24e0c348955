package org.oml.registry;

import org.oml.protocol.ErrorCode;

/** What the registry refuses, and why. */
public enum RegistryError implements ErrorCode {
  MODEL_UNKNOWN(404, "See GET /v1/models for the models of this registry."),
  MODEL_NOT_YOURS(403, "Sign in with the account that owns the model on chain."),
  MODEL_NOT_ON_CHAIN(409, "Register the model on chain with this account, then send it again."),
  MODEL_NAME_TAKEN(409, "Choose another name for the model."),
  MODEL_DIFFERS(409, "Publish exactly the manifest and licence whose hashes are on chain."),
  PUBLISHER_DIFFERS(409, "Name the registry's account as the model's publisher on chain."),
  FILE_MISSING(409, "Upload the file first."),
  FILE_UNKNOWN(404, "See the manifest for the files that there are."),
  DIGEST_MISSING(400, "Send the header Repr-Digest: sha-256=:<base64>: with the file."),
  DIGEST_DIFFERS(400, "Send the file again."),
  FILE_TOO_LARGE(413, "Split the file, or raise oml.registry.largest-file."),
  UPLOAD_CUT(400, "Send the file again."),
  UPLOAD_OFFSET_DIFFERS(409, "Ask for the upload's offset with GET and go on from there."),
  UPLOAD_BUSY(409, "Wait until the other call has ended, then ask for the offset with GET."),
  UPLOAD_QUOTA_USED(429, "Publish less, or ask the operator to raise oml.registry.upload-quota."),
  ALIAS_INVALID(400, "Call it by 1 to 63 letters, digits and ._- that are no revision."),
  STORE_FULL(507, "Make room in oml.registry.blobs, then send the file again."),
  STORE_UNREACHABLE(503, "Look at the bucket of oml.registry.s3 and at the registry's log."),
  RANGE_INVALID(416, "Ask for one range of bytes within the file."),
  ACCEPTANCE_DIFFERS(
      409, "Sign an acceptance with the values that GET /v1/models/{org}/{name} shows."),
  ACCEPTANCE_EXPIRED(409, "Sign again with a later deadline."),
  ACCEPTANCE_NOT_SIGNED(403, "Sign with the wallet of the host that the acceptance names."),
  STAKE_TOO_SMALL(409, "Deposit the stake that the model's terms ask for, then ask again."),
  INSTANCE_UNKNOWN(404, "Look up the identifier among GET /v1/instances."),
  INSTANCE_NOT_READY(
      409, "Wait until GET /v1/instances/{instanceId} shows the state for this call."),
  INSTANCE_NOT_PUBLISHED(409, "Wait until the instance is PUBLISHED."),
  WORKER_UNKNOWN(403, "Add the account to oml.registry.workers."),
  LEASE_LOST(409, "Stop this job and lease another."),
  RESULT_DIFFERS(
      409, "Make the instance for exactly the job's values and upload all of its files."),
  RESULT_TOO_WEAK(
      409, "Train until the share of fingerprints that fire reaches what the terms ask for."),
  RESULT_TOO_COSTLY(
      409, "Train with fewer fingerprints or more text of the base model, or propose other terms."),
  HOST_INACTIVE(403, "Raise the stake to what the model's terms ask for, then ask again."),
  HOST_SUSPENDED_BY_ADMIN(
      403, "Ask the community's admins: they suspended this host, and the detail says why."),
  REASON_INVALID(400, "Give a reason of one line and 1 to 500 characters; the host reads it."),
  QUOTA_USED(429, "Wait until a day has passed, or ask the operator for more."),
  ACCESS_TOKEN_INVALID(400, "Choose a name of 1 to 100 characters and 1 to 366 days."),
  ACCESS_TOKEN_REFUSED(401, "Draw an access token with ./oml host token and use it."),
  ACCESS_TOKEN_UNKNOWN(404, "Look up the identifier among GET /v1/access-tokens."),
  ACCESS_TOKENS_TOO_MANY(409, "Revoke an access token that is not used any more."),
  REPOSITORY_UNKNOWN(404, "Check the name, and that your instance is published."),
  REVISION_UNKNOWN(404, "Use main, or a commit of one of your own instances."),
  CHECKPOINT_UNKNOWN(404, "Begin the job anew: no worker before left a checkpoint."),
  TERMS_REFUSED(
      409,
      "Change the terms as the detail says; GET /v1/models/{org}/{name}/terms has the present."),
  DASHBOARD_UNKNOWN(403, "Add the account to oml.registry.dashboards."),
  JOB_UNKNOWN(404, "Look up the identifier among GET /v1/jobs."),
  JOB_ENDED(409, "Leave it: only a job that waits or runs can be cancelled."),
  JOB_NOT_FAILED(409, "Leave it: only a job that failed can be tried again.");

  private final int status;
  private final String next;

  RegistryError(int status, String next) {
    this.status = status;
    this.next = next;
  }

  @Override
  public String code() {
    return "REGISTRY_" + name();
  }

  @Override
  public String next() {
    return next;
  }

  @Override
  public int status() {
    return status;
  }
}
