package org.oml.dashboard.platform;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Permits by time, as the permission service counts them.
 *
 * @param asOf seconds since 1970
 * @param lastMinute permits of the 60 seconds before
 * @param open permits that no closed epoch holds
 * @param hours of UTC, oldest first; those without permits are left out
 */
public record HourlyUsage(long asOf, BigInteger lastMinute, Span open, List<Span> hours) {

  private static final long HOUR = 3600;
  private static final long DAY = 24 * HOUR;

  /**
   * Permits of a stretch of time.
   *
   * @param from its start, seconds since 1970
   * @param charge in the smallest unit of the payment token
   */
  public record Span(long from, BigInteger permits, BigInteger charge) {}

  public HourlyUsage {
    hours = List.copyOf(hours);
  }

  /** Charged since midnight UTC, in the smallest unit of the payment token. */
  public BigInteger chargedToday() {
    return hours.stream()
        .filter(hour -> hour.from() >= asOf / DAY * DAY)
        .map(Span::charge)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** Every hour of the last so many, those without permits too. */
  public List<Span> everyHour(int count) {
    long last = asOf / HOUR * HOUR;
    return LongStream.rangeClosed(1 - count, 0)
        .map(back -> last + back * HOUR)
        .mapToObj(this::hour)
        .toList();
  }

  private Span hour(long from) {
    return hours.stream()
        .filter(hour -> hour.from() == from)
        .findFirst()
        .orElseGet(() -> new Span(from, BigInteger.ZERO, BigInteger.ZERO));
  }
}
