package org.oml.chain;

import org.oml.protocol.ErrorCode;

/** What can go wrong with the chain. */
public enum ChainError implements ErrorCode {
  UNREACHABLE(503, "Start the chain's node, or correct oml.chain.rpc-url, and try again."),
  REFUSED(502, "Read what the node said; it is in the detail."),
  REVERTED(409, "Read the contract's page in docs/contracts for the error that is named."),
  TRANSACTION_FAILED(
      409,
      "Read the contract's page in docs/contracts for the error that is named; nothing was"
          + " changed."),
  TIMEOUT(504, "Look at the intent again later: it goes on by itself."),
  INTENT_CONFLICT(409, "Use another key for another transaction."),
  INTENT_UNKNOWN(404, "Submit the intent first."),
  ADDRESSES_INVALID(500, "Point oml.chain.addresses-file at the file that the deployment wrote."),
  WRONG_NETWORK(500, "Let oml.chain.rpc-url and oml.chain.addresses-file be of the same chain."),
  REPLACED(
      500,
      "Give the node back the state that it had, or empty the tables chain_* of this service's"
          + " schema."),
  HISTORY_MISSING(
      503, "Point oml.chain.rpc-url at a node that has the receipts of the time in question."),
  FUNDS_MISSING(503, "Send the account what it needs for gas; what waits goes on by itself."),
  BALANCE_LOW(503, "Send the account more for gas."),
  PAYLOAD_SEALED(500, "Start the service with the key that sealed its transactions."),
  SIGNER_FAILED(503, "Look whether the signer runs and holds the key of the account."),
  REORG_TOO_DEEP(
      500, "Raise oml.chain.finality-depth, empty the reader's tables and let it read again."),
  PARAMETERS_INVALID(
      400, "Correct the file; ./oml chain deploy --print-parameters shows its form."),
  DEPLOYMENT_UNSAFE(
      400, "Use the production parameters: development ones are for chain 31337 and 1337 alone."),
  DEPLOYMENT_INTERRUPTED(
      409, "Remove the file that is named and deploy anew; what was deployed so far is abandoned.");

  private final int status;
  private final String next;

  ChainError(int status, String next) {
    this.status = status;
    this.next = next;
  }

  @Override
  public String code() {
    return "CHAIN_" + name();
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
