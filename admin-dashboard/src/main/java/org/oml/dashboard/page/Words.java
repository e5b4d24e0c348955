package org.oml.dashboard.page;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
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

  public String count(BigInteger number) {
    return format().format(number);
  }

  /** An amount of the payment token; what is less than a millionth is cut off. */
  public String tokens(BigInteger smallestUnits) {
    return format()
        .format(
            new BigDecimal(smallestUnits, TOKEN_DECIMALS)
                .setScale(SHOWN_DECIMALS, RoundingMode.DOWN));
  }

  /** A constant such as {@code USES_WITH_PERMIT}, as people write. */
  public String words(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** What came of an audit, or how far it is. */
  public String outcome(String state, @Nullable String verdict) {
    return words(verdict == null ? state : verdict);
  }

  /** How a state or verdict is to be taken: {@code good}, {@code bad}, {@code busy} or neither. */
  public String tone(String constant) {
    return switch (constant) {
      case "UP", "USES_WITH_PERMIT", "DOES_NOT_USE", "DONE" -> "good";
      case "AWAY", "USES_WITHOUT_PERMIT", "CONVICTED", "FAILED" -> "bad";
      case "NOT_READY",
          "ASKING",
          "JUDGING",
          "COMMITTING",
          "COMMITTED",
          "REVEALING",
          "REVEALED",
          "FINALISING" ->
          "busy";
      default -> "plain";
    };
  }

  private static DecimalFormat format() {
    return new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT));
  }
}
