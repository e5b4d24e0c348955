package org.oml.protocol.client;

import org.oml.protocol.ErrorCode;

/** What goes wrong on the way to a service. */
public enum ClientError implements ErrorCode {
  UNREACHABLE("Look whether the service runs, at its address and at its log, and run this again."),
  CHALLENGE_FOREIGN("Check the service's address: it passed on another service's challenge."),
  DOWNLOAD_CUT("Run the same again: it goes on where it stopped."),
  DOWNLOAD_DAMAGED("Tell the registry's operator: what it sends is not what its manifest says."),
  DOWNLOAD_BUSY("Wait until the other run has ended, or end it."),
  FILE_CHANGED("Run the same again: it begins with what the registry has now."),
  DISK_FAILED("Make room, then run the same again: it goes on where it stopped."),
  DISK_TOO_SMALL("Make room, then run the same again."),
  DIRECTORY_DIFFERS("Name another directory, or move this one away."),
  UPLOAD_STUCK("Run the same again: it goes on where it stopped.");

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
