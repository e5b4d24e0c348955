package org.oml.dashboard.epoch;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.page.Chart;
import org.oml.dashboard.platform.HourlyUsage;

/** Permits and what they cost, hour by hour. */
public final class UsageChart {

  private UsageChart() {}

  /**
   * @param usage null where nothing is known
   * @param hours that are drawn
   */
  public static Chart of(@Nullable HourlyUsage usage, int hours) {
    List<HourlyUsage.Span> spans = usage == null ? List.of() : usage.everyHour(hours);
    return Chart.over(
            "Permits and charge by hour", spans.stream().map(HourlyUsage.Span::from).toList())
        .bars("permits", "permits", spans, span -> span.permits().doubleValue())
        .line("charge in tokens", "tokens", spans, span -> Chart.tokens(span.charge()));
  }
}
