package org.oml.prover;

import org.oml.protocol.ErrorCode;

/** What can go wrong at the prover. */
public enum ProverError implements ErrorCode {
  AUDIT_MALFORMED(400, "Send an endpoint with http or https, 1 to 64 keys and 0 to 1000 covers."),
  AUDIT_UNDER_WAY(
      409,
      "Wait until the audit under way is done; an instance or endpoint is audited once at a time."),
  AUDIT_UNKNOWN(404, "List the audits with GET /v1/audits and use one of their identifiers."),
  CODE_UNKNOWN(
      404,
      "Trace by an instance whose secrets came with a tracing code: set oml.registry.fingerprints.symbols before instances are made."),
  CASE_UNKNOWN(404, "List the cases with GET /v1/cases and use one of their identifiers."),
  DOSSIER_UNKNOWN(
      409,
      "Wait until the commitment is on chain, or a panel's plan is opened at the court; a case of before dossiers were"
          + " kept has none."),
  CHAIN_UNAVAILABLE(503, "Start the chain's node, or correct oml.chain.rpc-url, and ask again."),
  CONTEXTS_NOT_ALLOWED(
      409, "Put the prover's context root into the terms, or audit a model whose terms hold it."),
  COVERS_MISSING(409, "Ask for fewer covers, or put more of them into the vault."),
  INSTANCE_UNKNOWN(404, "Put the instance into the vault first, and use its identifier."),
  INSTANCE_UNPUBLISHED(409, "Wait until the instance is published on chain, then audit it."),
  KEYS_RUN_OUT(
      503,
      "See that the host accepts the licence anew and fetches a new instance, as it was asked to; GET"
          + " /v1/vault/stock lists all."),
  KEYS_SPENT(409, "Ask for fewer keys, or let the host fetch a new instance with fresh ones."),
  NOT_ALLOWED(
      403,
      "Sign in with an account in oml.prover.workers or oml.prover.operators, as the call asks."),
  ANSWERS_REFUSED(400, "Send exactly the answers that the account committed to on chain."),
  PANEL_NOT_YOURS(
      403, "Ask as a member of the plan's panel, between the draw and the end of its time."),
  PLAN_MALFORMED(
      400, "Send kind, instance and endpoint; a case N is for OpenAI's interface alone."),
  PLAN_UNDER_WAY(409, "Wait until the instance's plan is finished; GET /v1/plans shows it."),
  PLAN_UNKNOWN(404, "List the plans with GET /v1/plans and use one of their identifiers."),
  PROVERS_TOO_FEW(
      503, "Wait until more provers than a panel has have held a seat for the registry's age."),
  SCHEDULE_MALFORMED(
      400,
      "Send a mean gap or a cron expression, both ends of the quiet hours, and a budget for one audit at least."),
  SCHEDULE_UNKNOWN(
      404, "List the schedules with GET /v1/schedules and use one of their identifiers."),
  TRACE_MALFORMED(
      400,
      "Send an endpoint, an instance of the code where the vault has several, and a bound between 0 and 1."),
  TRACE_UNKNOWN(404, "List the traces with GET /v1/traces and use one of their identifiers."),
  VAULT_CONFLICT(409, "Keep what the vault has; an instance's secrets do not change once used."),
  VAULT_KEY_INVALID(
      500,
      "Set oml.prover.vault.key-file to a file of 64 hexadecimal digits, readable by its owner alone."),
  VAULT_MALFORMED(400, "Send version 1, indices from 0 on without gaps, and texts in NFC."),
  VAULT_ROOT_DIFFERS(
      409,
      "Send the fingerprints whose leaves give the fingerprint root that was named and published."),
  VAULT_UNREADABLE(
      500,
      "Restore the key file with which the vault was written; what it sealed opens with no other."),

  BOND_MISSING(
      503, "Send payment tokens for a bond to the prover's account; the case goes on by itself."),
  ANOTHER_WAS_FIRST(409, "Nothing is left to do: another prover took the same receipt to court."),
  COLLECT_FAILED(500, "Read the reason at the transaction; anybody may call collect by hand."),
  COMMIT_FAILED(500, "Read the reason at the transaction; open the case anew from a new audit."),
  EVIDENCE_TOO_OLD(409, "Keep chain and prover running; audit the host again."),
  FINALISE_FAILED(
      500, "Read the reason at the transaction; anybody may finalise the case by hand."),
  LOOKUP_FAILED(
      503,
      "Make the permission service reachable for the prover, and see that it knows its account."),
  PAYOUT_FAILED(500, "Read the reason at the transaction; anybody may call payout by hand."),
  REVEAL_EXPIRED(409, "Keep the prover running between commit and reveal; audit the host again."),
  REVEAL_FAILED(500, "Read the reason at the transaction; audit the host again."),
  PLAN_EXPIRED(
      409,
      "Look at the answers of the panel in GET /v1/plans; a panel that is drawn anew asks other keys."),
  SEAT_FAILED(500, "Keep the prover running while it sits on a panel, and read the reason."),
  STEP_FAILED(500, "Read the log of the prover; the case is tried again by itself.");

  private final int status;
  private final String next;

  ProverError(int status, String next) {
    this.status = status;
    this.next = next;
  }

  @Override
  public String code() {
    return "PROVER_" + name();
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
