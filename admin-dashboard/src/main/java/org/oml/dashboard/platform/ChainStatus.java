package org.oml.dashboard.platform;

import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/**
 * The chain as the permission service sees it.
 *
 * @param head number of the newest block
 * @param time of that block, seconds since 1970
 * @param readTo the last block whose events the service knows
 */
public record ChainStatus(long head, Bytes32 hash, long time, @Nullable Long readTo) {

  /** Blocks that the service has not read yet. */
  public long lag() {
    return readTo == null ? head : Math.max(0, head - readTo);
  }
}
