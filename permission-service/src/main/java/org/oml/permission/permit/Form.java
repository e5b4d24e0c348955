package org.oml.permission.permit;

/** How permits are signed that are asked for together. */
public enum Form {
  /** Each by itself. */
  SINGLE,
  /** All together, by the root of a tree. */
  MERKLE
}
