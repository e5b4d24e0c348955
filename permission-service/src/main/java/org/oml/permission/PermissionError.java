package org.oml.permission;

import org.oml.protocol.ErrorCode;

/** Why there is no permit, or no answer about one. */
public enum PermissionError implements ErrorCode {
  HOST_UNKNOWN(
      403, "Sign in with the gateway key or the wallet of an instance that is published on chain."),
  INSTANCE_AMBIGUOUS(400, "Send instanceId as well: this account answers for several instances."),
  INSTANCE_UNKNOWN(
      403,
      "Send the instanceId of an instance that is published and whose gateway key or wallet signed"
          + " in."),
  HOST_SUSPENDED(403, "Deposit stake in HostStaking again: this host was slashed."),
  HOST_SUSPENDED_BY_ADMIN(
      403, "Ask the community's admins: they suspended this host, and the detail says why."),
  REASON_INVALID(400, "Give a reason of one line and 1 to 500 characters; the host reads it."),
  STAKE_TOO_SMALL(
      403, "Deposit stake in HostStaking up to the minimum of the terms that the host signed."),
  BALANCE_TOO_SMALL(
      402,
      "Deposit a balance for the model in PermitLedger: what was paid in is used up by permits."),
  USAGE_UNACKNOWLEDGED(
      402,
      "Post the host's usage acknowledgement to /v1/acknowledgements: too many permits are open."),
  HOST_IN_DEBT(
      402,
      "Deposit at least the debt for the model in PermitLedger: the deposit pays it, and permits go"
          + " on."),
  EPOCH_CLOSED(503, "Try again at once; the operator sets the clocks of the service's machines."),
  EPOCH_UNKNOWN(
      404, "Ask GET /v1/epochs which epochs there are; a permit is in one once it ended."),
  EPOCH_DIFFERS(
      500,
      "The operator runs './oml epochs verify' and looks who else posts epochs for this account."),
  EPOCH_STUCK(
      503,
      "The operator looks at the service's log: the bond, the account's balance, a pause, the"
          + " chain's node."),
  MODEL_AMBIGUOUS(400, "Send modelId as well: this service has epochs of several models."),
  TOO_FAST(429, "Ask more slowly, or for many permits in one batch; the operator sets the rate."),
  BATCH_SIZE(400, "Send from 1 to 4096 query hashes in a batch."),
  BATCH_REPEATS(400, "Send each query hash once in a batch."),
  QUERY_HASH_ZERO(400, "Buy blank permits at /v1/permits/blank, or send the hash of a query."),
  TERMS_UNKNOWN(
      503, "Try again in a few seconds; the operator looks whether the chain's events arrive."),
  PERMIT_EXPIRED(
      409, "Draw a new salt: this query hash had its permit, and the permit has expired."),
  QUERY_HASH_USED(
      409, "Draw a new salt: this query hash has a permit for another instance of the host."),
  REQUEST_ID_USED(
      409, "Draw a new requestId: this one bought blank permits that differ or have expired."),
  ACKNOWLEDGEMENT_REFUSED(
      409,
      "Acknowledge what /v1/hosts/ADDRESS/usage shows, not less than before, signed by wallet or"
          + " gateway key."),
  MONTH_MALFORMED(400, "Send the month as a year and a number, such as 2026-11."),
  SUCCESSORS_TOO_MANY(400, "Ask for new instances of at most 4,096 at a time."),
  HOURS_INVALID(400, "Ask for 1 to 168 hours."),
  USAGE_TOO_LARGE(503, "Ask for fewer hours, or for one host."),
  NOT_COMMITTED(
      403, "Commit the evidence at the PenaltyCourt first, and ask again when that is on chain."),
  NO_PERMIT(
      404, "No permit was issued for this query hash; check that it is the one in the receipt."),
  NOT_YOURS(403, "Sign in as the host itself, or as an account that the service's settings name."),
  SIGNER_NOT_AUTHORISED(
      503,
      "The operator has the PermitLedger's owner call addSigner with the service's signer"
          + " address."),
  SIGNER_AWAY(503, "Try again in a few seconds; the operator sees to what holds the signing key."),
  CHAIN_AWAY(
      503,
      "Try again in a few seconds; the operator sees to the chain's node at oml.chain.rpc-url."),
  LEDGER_AWAY(503, "Try again in a few seconds: the same query hash gets the same permit.");

  private final int status;
  private final String next;

  PermissionError(int status, String next) {
    this.status = status;
    this.next = next;
  }

  @Override
  public String code() {
    return "PERMISSION_" + name();
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
