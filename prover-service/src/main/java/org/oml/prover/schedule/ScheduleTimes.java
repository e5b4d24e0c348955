package org.oml.prover.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;
import org.springframework.scheduling.support.CronExpression;

/**
 * When a schedule orders audits: at random with a mean gap (a Poisson process, which nobody can
 * foresee), or by cron. Times that fall into the quiet hours are left out.
 *
 * @param meanGap a second to a year; null with a cron expression
 * @param cron six fields from seconds to the day of the week; null with a mean gap
 * @param zone of the cron expression, the quiet hours and the day of a budget
 * @param quietFrom from when on no audit begins, null without quiet hours
 * @param quietUntil until when; before {@code quietFrom} if the quiet hours contain midnight
 */
record ScheduleTimes(
    @Nullable Duration meanGap,
    @Nullable String cron,
    ZoneId zone,
    @Nullable LocalTime quietFrom,
    @Nullable LocalTime quietUntil) {

  private static final Duration SHORTEST_GAP = Duration.ofSeconds(1);
  private static final Duration LONGEST_GAP = Duration.ofDays(366);

  /** Of a cron expression that names quiet hours alone there is no loud time to be found. */
  private static final int MOST_TRIES = 10_000;

  ScheduleTimes {
    require(
        (meanGap == null) != (cron == null), "There is either a mean gap or a cron expression.");
    require(
        (quietFrom == null) == (quietUntil == null), "Quiet hours have a beginning and an end.");
    require(quietFrom == null || !quietFrom.equals(quietUntil), "Quiet hours do not last all day.");
    require(
        meanGap == null
            || (meanGap.compareTo(SHORTEST_GAP) >= 0 && meanGap.compareTo(LONGEST_GAP) <= 0),
        "A mean gap lasts from a second to a year.");
    require(cron == null || CronExpression.isValidExpression(cron), "The cron expression is none.");
  }

  /**
   * Reads what an operator sent.
   *
   * @throws CodedException {@link ProverError#SCHEDULE_MALFORMED}
   */
  static ScheduleTimes parse(
      @Nullable String meanGap,
      @Nullable String cron,
      @Nullable String zone,
      @Nullable String quietFrom,
      @Nullable String quietUntil) {
    try {
      return new ScheduleTimes(
          meanGap == null ? null : Duration.parse(meanGap),
          cron,
          ZoneId.of(zone == null ? "UTC" : zone),
          quietFrom == null ? null : LocalTime.parse(quietFrom),
          quietUntil == null ? null : LocalTime.parse(quietUntil));
    } catch (DateTimeException e) {
      throw malformed("A gap, zone or time of day cannot be read.");
    }
  }

  /**
   * The next time that is not quiet.
   *
   * @throws CodedException {@link ProverError#SCHEDULE_MALFORMED} if there is none
   */
  Instant next(Instant after, Random random) {
    Instant time = after;
    for (int i = 0; i < MOST_TRIES; i++) {
      time = following(time, random);
      if (!isQuiet(time)) {
        return time;
      }
    }
    throw malformed("All its times fall into the quiet hours.");
  }

  boolean isQuiet(Instant time) {
    if (quietFrom == null || quietUntil == null) {
      return false;
    }
    LocalTime of = time.atZone(zone).toLocalTime();
    boolean begun = !of.isBefore(quietFrom);
    boolean ended = !of.isBefore(quietUntil);
    return quietFrom.isBefore(quietUntil) ? begun && !ended : begun || !ended;
  }

  /** When the day began that a time is in. */
  Instant dayOf(Instant time) {
    LocalDate day = time.atZone(zone).toLocalDate();
    return day.atStartOfDay(zone).toInstant();
  }

  private Instant following(Instant time, Random random) {
    if (meanGap != null) {
      double gaps = -Math.log1p(-random.nextDouble());
      return time.plusMillis(Math.max(1, Math.round(meanGap.toMillis() * gaps)));
    }
    ZonedDateTime next = CronExpression.parse(Objects.requireNonNull(cron)).next(time.atZone(zone));
    if (next == null) {
      throw malformed("The cron expression names no time to come.");
    }
    return next.toInstant();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw malformed(otherwise);
    }
  }

  private static CodedException malformed(String detail) {
    return new CodedException(ProverError.SCHEDULE_MALFORMED, detail);
  }
}
