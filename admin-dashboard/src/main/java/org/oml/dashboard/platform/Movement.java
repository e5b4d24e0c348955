package org.oml.dashboard.platform;

import java.math.BigInteger;
import org.oml.protocol.Bytes32;

/**
 * Something that changed what a host has at stake or has paid in.
 *
 * @param amount in the smallest unit of the payment token; of a debt, what it then was
 */
public record Movement(Bytes32 modelId, String kind, BigInteger amount, long block) {

  /** As people write it. */
  public String words() {
    return switch (kind) {
      case "stakeDeposited" -> "staked";
      case "stakeExiting" -> "stake asked back";
      case "stakeSlashed" -> "stake slashed";
      case "balanceDeposited" -> "paid in";
      case "balanceLeaving" -> "balance asked back";
      case "balanceWithdrawn" -> "balance withdrawn";
      case "leavingCharged" -> "charged from what was asked back";
      case "debtChanged" -> "debt is now";
      default -> kind;
    };
  }
}
