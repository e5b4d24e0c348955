package org.oml.dashboard;

import org.oml.protocol.ErrorCode;

/** Why the dashboard does not start, or lets somebody not in. */
public enum DashboardError implements ErrorCode {
  PASSWORD_FILE_MISSING(
      "Write the admin's password into a file that you alone can read, and let oml.dashboard.password-file name it."),
  PASSWORD_INVALID(
      "Write one line of at least 12 characters into the file that oml.dashboard.password-file names."),
  SIGN_IN_MISSING(
      "Set oml.dashboard.open-id, or let people sign in with passwords (oml.dashboard.password-sign-in)."),
  OPEN_ID_SECRET_INVALID(
      "Write the client's secret as one line into the file that oml.dashboard.open-id.client-secret-file names."),
  OPEN_ID_ROLES_MISSING(
      "Set oml.dashboard.open-id.owners, operators or viewers to values of the role claim."),
  OPEN_ID_AWAY("The provider does not answer as it should. Try again in a minute."),
  OPEN_ID_REFUSED("The sign-in at the provider did not come to an end. Begin it anew."),
  OPEN_ID_ROLE_MISSING(
      "The provider knows you and gives you no role here. Ask an owner of the platform for one."),
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
