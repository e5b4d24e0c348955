package org.oml.prover.vault;

import java.time.Duration;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/**
 * What is left of an instance's keys.
 *
 * @param model such as {@code community/model}
 * @param keys how many fingerprints it has
 * @param keysLeft how many were never asked and are in no audit's plan
 * @param keysHeld how many were not asked yet and are in an audit's plan
 * @param spentPerDay how many were asked a day, lately
 */
public record KeyStock(
    Bytes32 instanceId,
    String model,
    Address host,
    int keys,
    int keysLeft,
    int keysHeld,
    double spentPerDay) {

  private static final double SECONDS_OF_A_DAY = 86_400;
  private static final double LONGEST = 36_500 * SECONDS_OF_A_DAY;

  /** How long the keys last at the present rate; empty if none were asked lately. */
  public Optional<Duration> lasts() {
    if (spentPerDay <= 0) {
      return keysLeft == 0 ? Optional.of(Duration.ZERO) : Optional.empty();
    }
    double seconds = keysLeft / spentPerDay * SECONDS_OF_A_DAY;
    return Optional.of(Duration.ofSeconds((long) Math.min(seconds, LONGEST)));
  }
}
