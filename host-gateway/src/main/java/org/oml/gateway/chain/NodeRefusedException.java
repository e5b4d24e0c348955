package org.oml.gateway.chain;

import java.io.IOException;

/** The node understood and said no: a call that reverts, a transaction that it does not take. */
public final class NodeRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String data;

  NodeRefusedException(String message, String data) {
    super(message);
    this.data = data;
  }

  /** What a contract reverted with, in hexadecimal digits; empty if the node did not say. */
  public String data() {
    return data;
  }
}
