package org.oml.cli.demo;

import java.math.BigInteger;
import java.util.List;

/**
 * What a demo run found of one host.
 *
 * @param conduct the host's
 * @param queries ordinary users' queries and audit queries that it answered
 * @param permits permits that the permission service issued to it
 * @param keysAsked fingerprint keys that the prover asked
 * @param keysAnswered how many of them were answered as the fingerprint says
 * @param verdict the last audit's verdict, or {@code SLASHED}
 * @param stakeBefore stake before the audits, in the payment token's smallest unit
 * @param stakeAfter stake at the end
 * @param transactions hashes of the transactions of its case, in order; empty if there was none
 */
record HostOutcome(
    Conduct conduct,
    long queries,
    long permits,
    long keysAsked,
    long keysAnswered,
    String verdict,
    BigInteger stakeBefore,
    BigInteger stakeAfter,
    List<String> transactions) {

  String name() {
    return conduct.lowercase();
  }

  /** Whether it lost stake, or has a case at all, exactly if it is guilty. */
  boolean isAsItShouldBe() {
    boolean lost = stakeAfter.compareTo(stakeBefore) < 0;
    return lost == conduct.isGuilty() && transactions.isEmpty() != conduct.isGuilty();
  }
}
