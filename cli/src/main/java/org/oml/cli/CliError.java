package org.oml.cli;

import org.oml.protocol.ErrorCode;

/** What the command line itself refuses or fails at. */
public enum CliError implements ErrorCode {
  CHAIN_NOT_FOR_DEVELOPMENT(
      "Start the development chain, or deploy to your own chain with './oml chain deploy' and leave"
          + " --rpc out."),
  DOSSIER_UNREADABLE("Give the file that './oml case export' wrote."),
  HOST_UNKNOWN("Name the instance by its id; './oml audit keys' lists all."),
  TRANSACTION_FAILED("Look at the account's balance and at what the contract refused."),
  ANSWER_UNREADABLE("Save the answer with 'curl -i', or give the parts by options."),
  GATEWAY_NOT_BUILT("Run './oml' once: it builds what is out of date."),
  DOWNLOAD_DAMAGED("Run the same command again; what was downloaded is checked and taken up."),
  MANIFEST_UNSIGNED(
      "Ask for a new instance with './oml host pull ORG/MODEL': this one was made before manifests were signed."),
  MANIFEST_FOREIGN(
      "Ask the model's owner which account publishes it; if that changed, ask for a new instance."),
  INSTANCE_MISSING("Run './oml host pull ORG/MODEL' first, or name another revision."),
  INSTANCE_FAILED("Look at the worker's log under .oml/logs and ask for the instance again."),
  TIMED_OUT("Look at './oml status' and the logs under .oml/logs, then run the command again.");

  private final String next;

  CliError(String next) {
    this.next = next;
  }

  @Override
  public String code() {
    return "CLI_" + name();
  }

  @Override
  public String next() {
    return next;
  }
}
