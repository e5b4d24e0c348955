package org.oml.protocol.client;

import org.oml.protocol.ErrorCode;

/** What goes wrong on the way to a service. */
public enum ClientError implements ErrorCode {
  UNREACHABLE("Look whether the service runs, at its address and at its log, and run this again."),
  CHALLENGE_FOREIGN("Check the service's address: it passed on another service's challenge."),
  DOWNLOAD_CUT("Run the same again: it goes on where it stopped.");

  private final String next;

  ClientError(String next) {
    this.next = next;
  }

  @Override
  public String code() {
    return "CLIENT_" + name();
  }

  @Override
  public String next() {
    return next;
  }
}
