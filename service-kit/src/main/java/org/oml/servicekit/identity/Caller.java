package org.oml.servicekit.identity;

import java.util.Collection;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;

/**
 * The account that signed in and makes this call. A call that has a parameter of this type is
 * refused without a valid token, before its body is read.
 *
 * @param address of the account
 */
public record Caller(Address address) {

  /**
   * Goes on only for one of these accounts.
   *
   * @throws CodedException with the given code for any other
   */
  public void requireOneOf(Collection<Address> allowed, ErrorCode otherwise) {
    if (!allowed.contains(address)) {
      throw new CodedException(otherwise, "The account " + address + " may not do this.");
    }
  }
}
