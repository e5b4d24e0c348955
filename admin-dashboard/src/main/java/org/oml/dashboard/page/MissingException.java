package org.oml.dashboard.page;

/** What a page is about does not exist. */
public final class MissingException extends RuntimeException {

  public MissingException() {
    super("no such page", null, false, false);
  }
}
