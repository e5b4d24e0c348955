package org.oml.prover.target;

import org.oml.protocol.AuditContext;

/**
 * A server that is audited, and how it is spoken to.
 *
 * @param dialect its interface
 * @param client whose manners the asker borrows
 */
public record Target(Endpoint endpoint, Dialect dialect, ClientProfile client) {

  /**
   * The body of a question.
   *
   * @param model how the target calls its model
   * @param text what the user says
   */
  public byte[] request(AuditContext context, String model, String text) {
    return dialect.format().request(context, model, text);
  }
}
