package org.oml.host;

import org.oml.protocol.ErrorCode;

/** What can go wrong where a host fetches permits and signs receipts. */
public enum HostError implements ErrorCode {
  MANIFEST_INVALID(
      "Name the oml.json of the instance that you downloaded (oml.gateway.manifest).", 500),
  ADDRESSES_INVALID(
      "Name the addresses.json of the platform that licensed your instance (oml.gateway.addresses-file).",
      500),
  KEY_INVALID(
      "Name the keystore and password file of the key that your wallet named in the licence (oml.gateway.keystore, oml.gateway.password-file).",
      500),
  JOURNAL_UNAVAILABLE(
      "See to the disk of the journal (space, rights) and start the gateway again.", 503),
  JOURNAL_LOCKED(
      "Stop the other gateway, or give each gateway a journal directory of its own.", 500),
  PERMIT_UNAVAILABLE(
      "Try again in a moment; the host checks the permission service's address.", 503),
  PERMIT_REFUSED(
      "The host looks up the permission service's code in the detail and does what it says.", 503),
  ACKNOWLEDGEMENT_REFUSED(
      "Compare what this host has had with what the permission service counts (./oml host acknowledge) and do what its code in the detail says.",
      502),
  PERMIT_INVALID(
      "The host checks its clock, its manifest and its addresses file, and reports the permission service.",
      502);

  private final String next;
  private final int status;

  HostError(String next, int status) {
    this.next = next;
    this.status = status;
  }

  @Override
  public String code() {
    return "HOST_" + name();
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
