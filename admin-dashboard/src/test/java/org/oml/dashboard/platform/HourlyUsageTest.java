package org.oml.dashboard.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.oml.dashboard.platform.HourlyUsage.Span;

class HourlyUsageTest {

  private static Span span(String from, long permits) {
    return new Span(
        Instant.parse(from).getEpochSecond(),
        BigInteger.valueOf(permits),
        BigInteger.valueOf(10 * permits));
  }

  private final HourlyUsage usage =
      new HourlyUsage(
          Instant.parse("2026-11-25T01:30:00Z").getEpochSecond(),
          BigInteger.ONE,
          span("2026-11-25T01:20:00Z", 1),
          List.of(
              span("2026-11-24T23:00:00Z", 5),
              span("2026-11-25T00:00:00Z", 2),
              span("2026-11-25T01:00:00Z", 1)));

  @Test
  void countsTheDayFromMidnightOfUtc() {
    assertThat(usage.chargedToday()).isEqualTo(30);
  }

  @Test
  void hasEveryHourUpToThePresentOneWithPermitsOrWithout() {
    assertThat(usage.everyHour(4))
        .extracting(Span::permits)
        .containsExactly(
            BigInteger.ZERO, BigInteger.valueOf(5), BigInteger.valueOf(2), BigInteger.ONE);
  }
}
