package org.oml.permission.epoch;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/**
 * The permits of a model that were issued in a time, and what is settled of them. Times are seconds
 * since 1970.
 *
 * @param key which one
 * @param content what is posted of it
 * @param charges how many hosts are charged
 * @param closedAt when it was cut
 * @param progress how far it is
 */
public record Epoch(Key key, Content content, int charges, long closedAt, Progress progress) {

  /**
   * Names an epoch.
   *
   * @param modelId the model
   * @param number from 1 on, for each model
   */
  public record Key(Bytes32 modelId, long number) {

    @Override
    public String toString() {
      return modelId + "/" + number;
    }
  }

  /**
   * What follows from its permits.
   *
   * @param from the end of the epoch before, or 0
   * @param until the first second behind
   * @param permitRoot over its permits, in the order of their serials; 0 without permits
   * @param chargeHead of its charges
   * @param count of its permits
   * @param total of their prices, in the smallest unit of the payment token
   */
  public record Content(
      long from,
      long until,
      Bytes32 permitRoot,
      Bytes32 chargeHead,
      long count,
      BigInteger total) {}

  /**
   * How far it is on chain.
   *
   * @param state of it
   * @param settled how many of its charges are settled
   * @param attempt transactions for it that failed
   * @param postedAt the time of the block with its root; null before
   * @param postTransaction that posted it; null before, and if this service did not
   */
  public record Progress(
      EpochState state,
      int settled,
      int attempt,
      @Nullable Long postedAt,
      @Nullable Bytes32 postTransaction) {}
}
