package org.oml.registry.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How far the making of an instance is.
 *
 * @param step what is being done
 * @param share of it that is done, 0 to 1
 * @param detail in words
 * @param loss of the training; told by workers alone
 * @param learnt fingerprints that fire so far; told by workers alone
 */
public record Progress(
    @Nullable String step,
    @Nullable Double share,
    @Nullable String detail,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double loss,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer learnt) {

  private static final int LONGEST = 500;

  /** Cuts what is too long and clamps what is out of range: progress is never worth an error. */
  public Progress {
    step = cut(step);
    detail = cut(detail);
    loss = loss == null || !Double.isFinite(loss) ? null : loss;
    share = share == null || share.isNaN() ? null : Double.valueOf(Math.clamp(share, 0.0, 1.0));
  }

  private static @Nullable String cut(@Nullable String text) {
    if (text == null) {
      return null;
    }
    // PostgreSQL keeps no text with a NUL in it.
    String storable = text.replace('\0', ' ');
    return storable.length() <= LONGEST ? storable : storable.substring(0, LONGEST);
  }
}
