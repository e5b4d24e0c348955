package org.oml.dashboard.page;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.oml.dashboard.DashboardSettings;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What every page's template can use. */
@ControllerAdvice
final class Shared {

  private final Words words = new Words();
  private final String refresh;

  Shared(DashboardSettings settings) {
    this.refresh = "every " + settings.refresh().toSeconds() + "s";
  }

  @ModelAttribute("words")
  Words words() {
    return words;
  }

  /** When what the page shows was asked for. */
  @ModelAttribute("now")
  Instant now() {
    return Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** When an open page is renewed. */
  @ModelAttribute("refresh")
  String refresh() {
    return refresh;
  }
}
