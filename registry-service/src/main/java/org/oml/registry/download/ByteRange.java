package org.oml.registry.download;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;

/**
 * A part of a file (RFC 9110, section 14).
 *
 * @param from first byte
 * @param to last byte, inclusive
 */
record ByteRange(long from, long to) {

  private static final Pattern ONE = Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*");

  long length() {
    return to - from + 1;
  }

  /**
   * Reads a {@code Range} header.
   *
   * @param size of the file
   * @return nothing for a unit other than bytes, which is to be ignored
   * @throws CodedException {@link RegistryError#RANGE_INVALID} when it lies outside of the file, is
   *     malformed, or there are several
   */
  static Optional<ByteRange> parse(String header, long size) {
    if (!header.startsWith("bytes=")) {
      return Optional.empty();
    }
    Matcher one = ONE.matcher(header);
    if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
      throw invalid(size);
    }
    long from;
    long to;
    if (one.group(1).isEmpty()) {
      from = Math.max(0, size - Long.parseLong(one.group(2)));
      to = size - 1;
    } else {
      from = Long.parseLong(one.group(1));
      to = one.group(2).isEmpty() ? size - 1 : Long.parseLong(one.group(2));
      if (to < from) {
        throw invalid(size);
      }
      to = Math.min(to, size - 1);
    }
    if (from > to) {
      throw invalid(size);
    }
    return Optional.of(new ByteRange(from, to));
  }

  private static CodedException invalid(long size) {
    return new CodedException(
        RegistryError.RANGE_INVALID, "The range is not one part of the " + size + " bytes.");
  }
}
