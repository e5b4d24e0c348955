package org.oml.cli.demo;

import java.math.BigInteger;
import java.util.List;

/**
 * What a demo run found of one host.
 *
 * @param name the host's name in the demo
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
    String name,
    long queries,
    long permits,
    long keysAsked,
    long keysAnswered,
    String verdict,
    BigInteger stakeBefore,
    BigInteger stakeAfter,
    List<String> transactions) {

  boolean keptStake() {
    return stakeAfter.compareTo(stakeBefore) >= 0;
  }
}
