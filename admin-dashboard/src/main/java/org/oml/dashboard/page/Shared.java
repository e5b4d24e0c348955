package org.oml.dashboard.page;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.oml.dashboard.DashboardSettings;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What every page's template can use. */
@ControllerAdvice
final class Shared {

  private static final List<Entry> NAVIGATION =
      List.of(
          new Entry("overview", "/", "Overview"),
          new Entry("hosts", "/hosts", "Hosts"),
          new Entry("permits", "/permits", "Permits"),
          new Entry("models", "/models", "Models"),
          new Entry("training", "/training", "Training"),
          new Entry("audits", "/audits", "Audits"),
          new Entry("cases", "/cases", "Cases"),
          new Entry("governance", "/governance", "Governance"),
          new Entry("log", "/log", "Log"),
          new Entry("settings", "/settings", "Settings"));

  private static final List<Entry> OWNERS_NAVIGATION =
      Stream.concat(NAVIGATION.stream(), Stream.of(new Entry("accounts", "/accounts", "Accounts")))
          .toList();

  private final Words words = new Words();
  private final String refresh;
  private final boolean hasAccounts;

  Shared(DashboardSettings settings) {
    this.refresh = "every " + settings.refresh().toSeconds() + "s";
    this.hasAccounts = settings.passwordSignIn();
  }

  /**
   * A page of the navigation.
   *
   * @param key by which a page says that it is in this part
   */
  public record Entry(String key, String path, String label) {}

  /** What whoever asks may open. */
  @ModelAttribute("navigation")
  List<Entry> navigation(HttpServletRequest request) {
    return hasAccounts && request.isUserInRole("OWNER") ? OWNERS_NAVIGATION : NAVIGATION;
  }

  @ModelAttribute("mayOperate")
  boolean mayOperate(HttpServletRequest request) {
    return request.isUserInRole("OPERATOR");
  }

  @ModelAttribute("who")
  String who(HttpServletRequest request) {
    String name = request.getRemoteUser();
    return name == null ? "" : name;
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
