package org.oml.dashboard.account;

/** What somebody may do; each may do what those before may. */
public enum Role {
  /** Sees every page. */
  VIEWER,
  /** Ends jobs and has them tried again. */
  OPERATOR,
  /** Says who else may sign in. */
  OWNER
}
