package org.oml.permission.permit;

/** How the permits of a batch are signed. */
public enum Form {
  /** Each by itself. */
  SINGLE,
  /** All together, by the root of a tree. */
  MERKLE
}
