package org.oml.cli.epochs;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.oml.protocol.Address;

/** What the chain refused of a model's charges and no later epoch has charged again, by host. */
final class RefusedBalance {

  private final Map<Address, BigInteger> outstanding = new TreeMap<>();

  /** The chain refused so much of an epoch's charges. */
  void add(Map<Address, BigInteger> refused) {
    refused.forEach((host, amount) -> outstanding.merge(host, amount, BigInteger::add));
  }

  /**
   * An epoch charges so much again.
   *
   * @return what of it was never refused, in words
   */
  List<String> take(Map<Address, BigInteger> carried) {
    List<String> differences = new ArrayList<>();
    carried.forEach(
        (host, amount) -> {
          BigInteger refused = outstanding.getOrDefault(host, BigInteger.ZERO);
          if (amount.compareTo(refused) > 0) {
            differences.add(
                "it charges %s %s again, of which the chain had refused %s"
                    .formatted(host, amount, refused));
          }
          outstanding.put(host, refused.subtract(amount).max(BigInteger.ZERO));
        });
    return differences;
  }
}
