package org.oml.registry.governance;

import java.math.BigInteger;
import org.oml.protocol.Address;

/**
 * A proposal as it was made; the fields of a ProposalCreated event.
 *
 * @param proposalId of the governor
 * @param calls how many it would make
 * @param voteStart when voting begins, seconds since 1970
 * @param voteEnd when it ends, seconds since 1970
 * @param block that has it
 */
record Proposal(
    BigInteger proposalId,
    Address proposer,
    String description,
    int calls,
    long voteStart,
    long voteEnd,
    long block) {}
