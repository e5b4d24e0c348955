package org.oml.host.permit;

import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;

/**
 * Where σ(q) comes from. The gateway asks the permission service unless its Spring context holds
 * another bean of this type. A receipt says what it was given: a query for which there is no permit
 * gets a receipt that names none, and with a fingerprint's answer in it that costs the host its
 * stake.
 */
@FunctionalInterface
public interface PermitSource {

  /**
   * The permit for one query; blocks while it is fetched.
   *
   * @throws CodedException when the query must not be answered
   */
  Optional<IssuedPermit> permitFor(Bytes32 queryHash);

  /** Whether permits can be had at the moment. */
  default boolean isReady() {
    return true;
  }
}
