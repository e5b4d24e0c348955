package org.oml.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.oml.dashboard.fixture.Axe;
import org.oml.dashboard.fixture.BrowserPackages;
import org.oml.dashboard.fixture.Chromium;

/**
 * Every kind of page of a dashboard that runs, with whatever a real run left behind, as {@code
 * docs/dashboard.md} says. Nothing is done there but looked at.
 */
@EnabledIfSystemProperty(named = "oml.dashboard.at", matches = "http.*")
class RealRunIT {

  private static final String AT = System.getProperty("oml.dashboard.at", "");
  private static final Path PASSWORD = Path.of(System.getProperty("oml.dashboard.password", ""));
  private static final Path PACKAGES = Path.of("target/browser");
  private static final Path PICTURES = Path.of("target/screenshots/real");

  /** Of one kind: the newest, and one more. */
  private static final int OF_A_KIND = 2;

  private static final List<String> KINDS =
      List.of(
          "/",
          "/accounts",
          "/audits",
          "/audits/*",
          "/cases",
          "/cases/*",
          "/governance",
          "/hosts",
          "/hosts/*",
          "/hosts/*/suspend",
          "/log",
          "/models",
          "/models/oml/box",
          "/models/oml/box/alias",
          "/models/oml/box/terms",
          "/models/publish",
          "/permits",
          "/permits/*/*",
          "/settings",
          "/training",
          "/training/*");

  @Test
  void everyPageHasItsPartsAndCanBeUsedByEverybody() throws Exception {
    BrowserPackages.install(PACKAGES);
    Axe axe = Axe.of(PACKAGES);
    List<String> findings = new ArrayList<>();
    try (Chromium chromium = new Chromium(Chromium.installed().orElseThrow())) {
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        try (BrowserContext context =
            chromium.browser().newContext(new Browser.NewContextOptions().setColorScheme(scheme))) {
          Page page = context.newPage();
          page.onConsoleMessage(
              said -> {
                if (said.type().equals("error") || said.type().equals("warning")) {
                  findings.add(page.url() + ": " + said.text());
                }
              });
          signIn(page);
          assertThat(visit(page, axe, scheme, findings)).containsAll(KINDS);
        }
      }
    }
    assertThat(findings).isEmpty();
  }

  private static void signIn(Page page) throws Exception {
    page.navigate(AT + "/");
    page.locator("#password").fill(Files.readString(PASSWORD).strip());
    page.keyboard().press("Enter");
    page.waitForURL(AT + "/");
  }

  /** Goes wherever links lead, and answers which kinds of pages there are. */
  private static Set<String> visit(Page page, Axe axe, ColorScheme scheme, List<String> findings) {
    Map<String, Integer> kinds = new TreeMap<>();
    Set<String> known = new HashSet<>(Set.of("/"));
    Deque<String> open = new ArrayDeque<>(known);
    while (!open.isEmpty()) {
      String path = open.poll();
      int seen = kinds.merge(kind(path), 1, Integer::sum);
      if (seen <= OF_A_KIND) {
        page.navigate(AT + path);
        String name = (kind(path) + "-" + seen + "-" + scheme).toLowerCase(Locale.ROOT);
        look(page, axe, name, findings);
        for (Object link : (List<?>) page.evaluate(LINKS)) {
          String next = Objects.toString(link);
          if (known.add(next)) {
            open.add(next);
          }
        }
      }
    }
    return kinds.keySet();
  }

  private static final String LINKS =
      """
      [...document.querySelectorAll("a[href^='/']:not([download])")]
        .map(link => link.getAttribute("href").replace(/#.*/, ""))
      """;

  private static void look(Page page, Axe axe, String name, List<String> findings) {
    page.setViewportSize(1280, 900);
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(
                PICTURES.resolve(name.replace("*", "one").replaceAll("[^a-z0-9]+", "-") + ".png"))
            .setFullPage(true));
    axe.findings(page).forEach(found -> findings.add(name + ": " + found));
    if (page.locator(".absent").count() > 0) {
      findings.add(name + ": " + page.locator(".absent").first().textContent());
    }
    page.setViewportSize(390, 844);
    if ((Boolean) page.evaluate("document.documentElement.scrollWidth > window.innerWidth")) {
      findings.add(name + " is wider than a phone");
    }
  }

  /** A path without what tells one thing of its kind from another. */
  private static String kind(String path) {
    return path.replaceAll("\\?.*", "")
        .replaceAll("/(0x[0-9a-fA-F]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+)(?=/|$)", "/*");
  }
}
