package org.oml.trainer.vocabulary;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The days of Python's {@code strftime}; what is not known stays as it stands. */
final class Strftime {

  private Strftime() {}

  static String write(String format, LocalDate day) {
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      if (format.charAt(i) == '%' && i + 1 < format.length()) {
        written.append(part(format.charAt(++i), day));
      } else {
        written.append(format.charAt(i));
      }
    }
    return written.toString();
  }

  private static String part(char letter, LocalDate day) {
    String pattern =
        switch (letter) {
          case 'd' -> "dd";
          case 'm' -> "MM";
          case 'y' -> "yy";
          case 'Y' -> "yyyy";
          case 'b' -> "MMM";
          case 'B' -> "MMMM";
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'j' -> "DDD";
          case 'H', 'M', 'S' -> "'00'";
          default -> "";
        };
    return pattern.isEmpty()
        ? letter == '%' ? "%" : "%" + letter
        : day.format(DateTimeFormatter.ofPattern(pattern, Locale.US));
  }
}
