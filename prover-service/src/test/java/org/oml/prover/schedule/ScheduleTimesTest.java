package org.oml.prover.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;

class ScheduleTimesTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  /** As many gaps below the mean as of an exponential, and a variance that is its square. */
  @Test
  void randomTimesAreAPoissonProcess() {
    ScheduleTimes hourly = ScheduleTimes.parse("PT1H", null, null, null, null);
    List<Double> hours = gaps(hourly, 20_000);
    double mean = hours.stream().mapToDouble(gap -> gap).average().orElseThrow();
    double square = hours.stream().mapToDouble(gap -> gap * gap).average().orElseThrow();
    double below = hours.stream().filter(gap -> gap < 1).count() / 20_000.0;
    assertThat(mean).isCloseTo(1, within(0.03));
    assertThat(square - mean * mean).isCloseTo(1, within(0.1));
    assertThat(below).isCloseTo(1 - Math.exp(-1), within(0.02));
  }

  private static List<Double> gaps(ScheduleTimes times, int count) {
    Random random = new Random(7);
    List<Double> hours = new ArrayList<>();
    Instant last = NOON;
    for (int i = 0; i < count; i++) {
      Instant next = times.next(last, random);
      hours.add(Duration.between(last, next).toMillis() / 3_600_000.0);
      last = next;
    }
    return hours;
  }

  @Test
  void noTimeFallsIntoTheQuietHours() {
    ScheduleTimes loud = ScheduleTimes.parse("PT1H", null, "Europe/Berlin", "22:00", "07:30");
    Random random = new Random(7);
    Instant time = NOON;
    boolean[] hours = new boolean[24];
    for (int i = 0; i < 5_000; i++) {
      time = loud.next(time, random);
      assertThat(loud.isQuiet(time)).isFalse();
      hours[time.atZone(loud.zone()).getHour()] = true;
    }
    for (int hour = 0; hour < 24; hour++) {
      assertThat(hours[hour]).as("%d o'clock", hour).isEqualTo(hour >= 7 && hour < 22);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "22:00,06:00,23:00,true",
    "22:00,06:00,05:59,true",
    "22:00,06:00,06:00,false",
    "22:00,06:00,21:59,false",
    "22:00,06:00,22:00,true",
    "01:00,02:00,01:30,true",
    "01:00,02:00,02:00,false",
    "01:00,02:00,00:59,false"
  })
  void quietHoursMayContainMidnight(String from, String until, String at, boolean quiet) {
    ScheduleTimes times = ScheduleTimes.parse("PT1H", null, "UTC", from, until);
    assertThat(times.isQuiet(Instant.parse("2026-11-24T" + at + ":00Z"))).isEqualTo(quiet);
  }

  @Test
  void cronTimesAreThoseOfTheZone() {
    ScheduleTimes daily = ScheduleTimes.parse(null, "0 30 3 * * *", "Asia/Tokyo", null, null);
    assertThat(daily.next(NOON, new Random(1))).isEqualTo("2026-11-24T18:30:00Z");
    assertThat(daily.dayOf(NOON)).isEqualTo("2026-11-23T15:00:00Z");
  }

  @Test
  void cronTimesInTheQuietHoursAreLeftOut() {
    ScheduleTimes hourly = ScheduleTimes.parse(null, "0 0 * * * *", "UTC", "12:30", "15:30");
    assertThat(hourly.next(NOON, new Random(1))).isEqualTo("2026-11-24T16:00:00Z");
    ScheduleTimes never = ScheduleTimes.parse(null, "0 0 3 * * *", "UTC", "02:00", "04:00");
    requireRefused(() -> never.next(NOON, new Random(1)));
  }

  @ParameterizedTest
  @CsvSource({
    ",,,,",
    "PT1H,0 0 3 * * *,,,",
    "PT0.5S,,,,",
    "P400D,,,,",
    "an hour,,,,",
    ",every day,,,",
    ",0 3 * * *,,,",
    "PT1H,,Mars/Olympus,,",
    "PT1H,,,22:00,",
    "PT1H,,,,06:00",
    "PT1H,,,06:00,06:00",
    "PT1H,,,late,early"
  })
  void refuses(
      @Nullable String gap,
      @Nullable String cron,
      @Nullable String zone,
      @Nullable String from,
      @Nullable String until) {
    requireRefused(() -> ScheduleTimes.parse(gap, cron, zone, from, until));
  }

  private static void requireRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(ProverError.SCHEDULE_MALFORMED));
  }
}
