package org.oml.dashboard.page;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How pages write times, amounts, states and verdicts. */
public final class Words {

  private static final int TOKEN_DECIMALS = 18;
  private static final int SHOWN_DECIMALS = 6;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  public String time(Instant time) {
    return TIME.format(time);
  }

  /** Seconds since 1970, as the protocol counts. */
  public String time(long seconds) {
    return time(Instant.ofEpochSecond(seconds));
  }

  /** The same as a machine reads it. */
  public Instant instant(long seconds) {
    return Instant.ofEpochSecond(seconds);
  }

  public String count(BigInteger number) {
    return format().format(number);
  }

  public String count(long number) {
    return count(BigInteger.valueOf(number));
  }

  /** An amount of the payment token; what is less than a millionth is cut off. */
  public String tokens(BigInteger smallestUnits) {
    return format()
        .format(
            new BigDecimal(smallestUnits, TOKEN_DECIMALS)
                .setScale(SHOWN_DECIMALS, RoundingMode.DOWN));
  }

  /** A share of the community. */
  public String shares(BigInteger smallestUnits) {
    return tokens(smallestUnits);
  }

  /** A part of a whole in per cent, one decimal. */
  public String percent(BigInteger part, BigInteger whole) {
    return whole.signum() == 0
        ? "0 %"
        : format()
                .format(
                    new BigDecimal(part)
                        .multiply(BigDecimal.valueOf(100))
                        .divide(new BigDecimal(whole), 1, RoundingMode.HALF_UP))
            + " %";
  }

  /** Ten-thousandths as per cent. */
  public String basisPoints(long bps) {
    return format().format(BigDecimal.valueOf(bps, 2)) + " %";
  }

  /** A length of time in its two largest units. */
  public String duration(long seconds) {
    Duration length = Duration.ofSeconds(seconds);
    if (length.toDays() > 0) {
      return length.toDays()
          + " d"
          + (length.toHoursPart() == 0 ? "" : " " + length.toHoursPart() + " h");
    }
    if (length.toHours() > 0) {
      return length.toHours()
          + " h"
          + (length.toMinutesPart() == 0 ? "" : " " + length.toMinutesPart() + " min");
    }
    return length.toMinutes() > 0
        ? length.toMinutes()
            + " min"
            + (length.toSecondsPart() == 0 ? "" : " " + length.toSecondsPart() + " s")
        : length.toSeconds() + " s";
  }

  /** The beginning and end of an address or hash. */
  public String brief(Object hexadecimal) {
    String text = hexadecimal.toString();
    return text.length() <= 14
        ? text
        : text.substring(0, 8) + "…" + text.substring(text.length() - 4);
  }

  /** A constant such as {@code USES_WITH_PERMIT}, as people write. */
  public String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** What an attack left of fingerprints. */
  public String attack(String outcome) {
    return switch (outcome) {
      case "WINS" -> "gone";
      case "WEAKENS" -> "weakened";
      case "SURVIVES" -> "survive";
      default -> "not measured";
    };
  }

  /** What came of an audit, or how far it is. */
  public String outcome(String state, @Nullable String verdict) {
    return words(verdict == null ? state : verdict);
  }

  /** How a state or verdict is to be taken: {@code good}, {@code bad}, {@code busy} or neither. */
  public String tone(String constant) {
    return switch (constant) {
      case "UP",
          "USES_WITH_PERMIT",
          "DOES_NOT_USE",
          "DONE",
          "ACTIVE",
          "PUBLISHED",
          "CHARGED",
          "EXECUTED",
          "ATTACK_SURVIVES",
          "ACQUITTED",
          "SUCCEEDED" ->
          "good";
      case "AWAY",
          "USES_WITHOUT_PERMIT",
          "USES_WITHOUT_RECEIPT",
          "TRACED",
          "CONVICTED",
          "PAID",
          "FAILED",
          "SUSPENDED",
          "SUSPENDED_BY_ADMIN",
          "DEFEATED",
          "ATTACK_WINS",
          "STAKE_TOO_SMALL" ->
          "bad";
      case "NOT_READY",
          "ATTACK_WEAKENS",
          "QUEUED",
          "LEASED",
          "TRAINING",
          "TRAINED",
          "PUBLISHING",
          "CLOSED",
          "POSTED",
          "PENDING",
          "ASKING",
          "JUDGING",
          "COMMITTING",
          "COMMITTED",
          "REVEALING",
          "REVEALED",
          "OPENED",
          "FINALISING" ->
          "busy";
      default -> "plain";
    };
  }

  private static DecimalFormat format() {
    return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT));
  }
}
