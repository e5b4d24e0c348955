package org.oml.dashboard;

import org.oml.protocol.ErrorCode;

/** Why the dashboard does not start. */
public enum DashboardError implements ErrorCode {
  PASSWORD_FILE_MISSING(
      "Write the admin's password into a file that you alone can read, and let oml.dashboard.password-file name it."),
  PASSWORD_INVALID(
      "Write one line of at least 12 characters into the file that oml.dashboard.password-file names."),
  ACCOUNTS_UNREADABLE(
      "Restore accounts.json in oml.dashboard.directory from a backup, or remove it and give out passwords anew."),
  LOG_UNREADABLE(
      "Let the dashboard own oml.dashboard.directory; move admins.log away if its content is damaged.");

  private final String next;

  DashboardError(String next) {
    this.next = next;
  }

  @Override
  public String code() {
    return "DASHBOARD_" + name();
  }

  @Override
  public String next() {
    return next;
  }

  @Override
  public int status() {
    return 500;
  }
}
