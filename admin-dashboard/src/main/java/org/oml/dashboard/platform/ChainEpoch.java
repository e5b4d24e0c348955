package org.oml.dashboard.platform;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;

/** What the chain has of an epoch; all null if it was not posted. */
public record ChainEpoch(
    @Nullable Bytes32 permitRoot,
    @Nullable BigInteger count,
    @Nullable Long until,
    @Nullable Long postedAt) {

  /** Whether it was posted as the platform has it. */
  public boolean agreesWith(Epoch epoch) {
    return permitRoot != null
        && count != null
        && until != null
        && epoch.permitRoot().equals(permitRoot)
        && epoch.count().equals(count)
        && until == epoch.until();
  }
}
