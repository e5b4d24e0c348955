package org.oml.dashboard.page;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lines or bars over time, as the page's script draws them; a table beside says the same.
 *
 * @param label what is drawn, in words
 * @param times seconds since 1970, rising; or shares of a whole, where it is over shares
 * @param shares whether it is, with a logarithmic axis
 * @param series what is drawn
 */
public record Chart(
    String label, List<? extends Number> times, boolean shares, List<Series> series) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int TOKEN_DECIMALS = 18;

  /**
   * One line.
   *
   * @param scale series of one scale share an axis
   * @param values one for each time; null where there is none
   */
  public record Series(String label, String scale, boolean bars, List<@Nullable Double> values) {}

  public Chart {
    times = List.copyOf(times);
    series = List.copyOf(series);
  }

  /** Without anything drawn yet. */
  public static Chart over(String label, List<Long> times) {
    return new Chart(label, times, false, List.of());
  }

  /** The same over shares of a whole, above 0 to 1. */
  public static Chart overShares(String label, List<Double> shares) {
    return new Chart(label, shares, true, List.of());
  }

  /** What is drawn of a row; null where there is nothing. */
  @FunctionalInterface
  public interface Reading<R> {
    @Nullable Double of(R row);
  }

  /** With another line, of one row for each time. */
  public <R> Chart line(String name, String scale, List<R> rows, Reading<R> reading) {
    return with(new Series(name, scale, false, values(rows, reading)));
  }

  /** With bars. */
  public <R> Chart bars(String name, String scale, List<R> rows, Reading<R> reading) {
    return with(new Series(name, scale, true, values(rows, reading)));
  }

  private static <R> List<@Nullable Double> values(List<R> rows, Reading<R> reading) {
    List<@Nullable Double> values = new ArrayList<>();
    for (R row : rows) {
      values.add(reading.of(row));
    }
    return values;
  }

  private Chart with(Series added) {
    List<Series> all = new ArrayList<>(series);
    all.add(added);
    return new Chart(label, times, shares, all);
  }

  /** An amount of the payment token as a line has it. */
  public static Double tokens(BigInteger smallestUnits) {
    return new BigDecimal(smallestUnits, TOKEN_DECIMALS).doubleValue();
  }

  /** Whether there is nothing above zero to draw. */
  public boolean isEmpty() {
    return series.stream()
        .allMatch(one -> one.values().stream().allMatch(value -> value == null || value == 0));
  }

  /** For the attribute that the script reads. */
  public String json() {
    return JSON.writeValueAsString(this);
  }
}
