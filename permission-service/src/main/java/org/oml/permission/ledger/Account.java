package org.oml.permission.ledger;

import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Permit;

/**
 * Whose balance a permit is paid from: a host has one for each model.
 *
 * @param host its wallet
 * @param modelId the model
 */
public record Account(Address host, Bytes32 modelId) implements Comparable<Account> {

  static Account of(Permit permit) {
    return new Account(permit.host(), permit.modelId());
  }

  @Override
  public int compareTo(Account other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : modelId.compareTo(other.modelId);
  }
}
