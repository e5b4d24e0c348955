package org.oml.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.dashboard.fixture.Axe;
import org.oml.dashboard.fixture.BrowserPackages;
import org.oml.dashboard.fixture.Chromium;
import org.oml.dashboard.fixture.HeardLog;
import org.oml.dashboard.fixture.TestChain;
import org.oml.dashboard.fixture.TestPlatform;
import org.oml.dashboard.fixture.TestProvider;
import org.oml.dashboard.fixture.TestService;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The dashboard in a real browser, used by keyboard. */
class BrowserIT {

  private static final Path TARGET = Path.of("target");
  private static final Path PACKAGES = TARGET.resolve("browser");
  private static final Path LEFT_OUT = TARGET.resolve("left-out.txt");
  private static final String WHAT_IS_LEFT_OUT =
      "LEFT OUT: the browser tests of admin-dashboard (BrowserIT), since there is no Chromium. Install it with"
          + " 'apt-get install --no-install-recommends chromium' and run again.";
  private static final String EPOCH = "/permits/" + TestPlatform.HASH + "/1";

  /** A picture's name, and the page that it is of. */
  private static final Map<String, String> PAGES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("overview", "/"),
              Map.entry("hosts", "/hosts"),
              Map.entry("host", "/hosts/" + TestPlatform.HOST),
              Map.entry("host-confirm", "/hosts/" + TestPlatform.HOST + "/suspend"),
              Map.entry("permits", "/permits"),
              Map.entry("epoch", EPOCH),
              Map.entry("models", "/models"),
              Map.entry("model", "/models/" + TestPlatform.MODEL),
              Map.entry("alias", "/models/" + TestPlatform.MODEL + "/alias"),
              Map.entry("publish", "/models/publish?directory=a%20model&name=oml/box"),
              Map.entry("terms", "/models/" + TestPlatform.MODEL + "/terms"),
              Map.entry("training", "/training"),
              Map.entry("job", "/training/" + TestPlatform.JOB),
              Map.entry("job-confirm", "/training/" + TestPlatform.JOB + "/cancel"),
              Map.entry("attack", "/attacks/autumn"),
              Map.entry("audits", "/audits"),
              Map.entry("audit", "/audits/" + TestPlatform.AUDIT),
              Map.entry("cases", "/cases"),
              Map.entry("case", "/cases/" + TestPlatform.CASE),
              Map.entry("panel", "/cases/panels/" + TestPlatform.PLAN),
              Map.entry("governance", "/governance"),
              Map.entry("log", "/log"),
              Map.entry("settings", "/settings"),
              Map.entry("accounts", "/accounts")));

  private static final int MOST_TABS = 80;
  private static final String FOCUSED_LINK = "document.activeElement.getAttribute('href')";
  private static final Pattern CODE = Pattern.compile("/openid/back\\?(?:.*&)?code=([^&]+)");

  /** As providers sign them. */
  private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;
  private static @Nullable TestPlatform platform;
  private static @Nullable TestProvider provider;
  private static @Nullable Chromium chromium;
  private static Browser browser;
  private static Axe axe;

  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    Files.deleteIfExists(LEFT_OUT);
    Optional<Path> program = Chromium.installed();
    if (program.isEmpty()) {
      Files.writeString(LEFT_OUT, WHAT_IS_LEFT_OUT + "\n");
      Assumptions.abort(WHAT_IS_LEFT_OUT);
    }
    BrowserPackages.install(PACKAGES);
    axe = Axe.of(PACKAGES);
    provider = new TestProvider(PACKAGES);
    List<String> settings = new ArrayList<>(provider.settings());
    settings.addAll(List.of("--oml.dashboard.refresh=1s", "--oml.dashboard.pulse=500ms"));
    platform = new TestPlatform(directory, settings.toArray(String[]::new));
    provider.serve(platform.url());
    platform.hostsWereAudited("Three answers named no permit.");
    platform.attackReport("autumn", TestPlatform.ATTACKS);
    chromium = new Chromium(program.orElseThrow());
    browser = chromium.browser();
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (platform != null) {
      platform.close();
    }
    if (provider != null) {
      provider.close();
    }
  }

  @Test
  void leadsFromTheSignInToACaseByKeyboardAlone() {
    try (BrowserContext context = context(ColorScheme.LIGHT, 1280)) {
      Page page = signIn(context);
      assertThat(page.title()).isEqualTo("Overview · OML");
      tabTo(page, "case-" + TestPlatform.CASE);
      page.keyboard().press("Enter");
      page.waitForURL("**/cases/" + TestPlatform.CASE);
      assertThat(page.locator("main").textContent())
          .contains("Committed", "Convicted", "Settled", TestPlatform.HOST);

      tabTo(page, "audit");
      page.keyboard().press("Enter");
      page.waitForURL("**/audits/" + TestPlatform.AUDIT);
      assertThat(page.locator("main").textContent()).contains("Three answers named no permit.");
      assertThat(complaints).isEmpty();
    }
  }

  @Test
  void renewsAnOpenPageAndKeepsTheKeyboardsPlace() {
    try (BrowserContext context = context(ColorScheme.DARK, 1280)) {
      Page page = signIn(context);
      String link = "case-" + TestPlatform.CASE;
      tabTo(page, link);
      awaitRenewal(page);
      assertThat(focused(page)).isEqualTo(link);
      page.keyboard().press("Tab");
      Object next = page.evaluate(FOCUSED_LINK);
      assertThat(next).asString().contains("/hosts/");
      awaitRenewal(page);
      assertThat(page.evaluate(FOCUSED_LINK)).as("a link without a name").isEqualTo(next);
      assertThat(complaints).isEmpty();
    }
  }

  @Test
  void showsNewNumbersWithoutAnotherLoad() {
    try (BrowserContext context = context(ColorScheme.LIGHT, 1280)) {
      Page page = signIn(context);
      Objects.requireNonNull(platform).chainIsAt(4242);
      page.waitForFunction(
          "() => document.querySelector('[data-live=chain-head]').textContent === '4,242'");
      page.waitForFunction("() => Number(document.documentElement.dataset.heard) >= 2");
      assertThat(complaints).isEmpty();
    }
  }

  @Test
  void saysThatItAsksWhileAServiceTakesItsTime() {
    TestService slow = Objects.requireNonNull(platform).registry;
    String cancel = "/v1/jobs/" + TestPlatform.JOB + "/cancel";
    int asked = slow.asked(cancel);
    try (BrowserContext context = context(ColorScheme.LIGHT, 400)) {
      Page page = signIn(context);
      page.navigate(url() + "/training/" + TestPlatform.JOB + "/cancel");
      slow.takes(Duration.ofSeconds(2));
      // A press waits for the next page, which can be told what was seen of the one before.
      page.evaluate(
          """
          () => new MutationObserver(() => {
            const send = document.getElementById("do");
            sessionStorage.said = document.getElementById("loading").textContent;
            sessionStorage.closed = send.getAttribute("aria-disabled");
            send.click();
          }).observe(document.getElementById("loading"), { childList: true })
          """);
      tabTo(page, "do");
      page.keyboard().press("Enter");
      page.waitForURL("**/training/" + TestPlatform.JOB);
      slow.takes(Duration.ZERO);
      assertThat(page.locator("#outcome").textContent()).contains("The job is cancelled");
      assertThat(page.evaluate("() => sessionStorage.said")).isEqualTo("Asking the services…");
      assertThat(page.evaluate("() => sessionStorage.closed")).isEqualTo("true");
      assertThat(page.locator("#loading").textContent()).isEmpty();
      assertThat(slow.asked(cancel)).as("sent once").isEqualTo(asked + 1);
      assertThat(complaints).isEmpty();
    } finally {
      slow.takes(Duration.ZERO);
    }
  }

  @Test
  void cancelsAJobByKeyboardAlone() {
    try (BrowserContext context = context(ColorScheme.DARK, 1280)) {
      Page page = signIn(context);
      page.navigate(url() + "/training/" + TestPlatform.JOB);
      tabTo(page, "cancel");
      page.keyboard().press("Enter");
      page.waitForURL("**/cancel");
      tabTo(page, "do");
      page.keyboard().press("Enter");
      page.waitForURL("**/training/" + TestPlatform.JOB);
      assertThat(focused(page)).as("what is read out first").isEqualTo("outcome");
      awaitRenewal(page);
      assertThat(page.locator("#outcome").textContent()).contains("The job is cancelled");
      assertThat(focused(page)).isEqualTo("outcome");
      assertThat(complaints).isEmpty();
    }
  }

  @Test
  void letsInWhomTheProviderGivesARoleAndSignsOutThereToo() {
    try (BrowserContext context = context(ColorScheme.LIGHT, 1280)) {
      Page page = context.newPage();
      page.navigate(url() + "/hosts");
      signInAtTheProvider(page, "otto");
      page.waitForURL(url() + "/hosts");
      assertThat(page.locator("header").textContent())
          .contains("otto (OpenID)", "Log")
          .doesNotContain("Accounts");
      assertThat(context.cookies(url()))
          .filteredOn(cookie -> cookie.name.equals("oml-dashboard"))
          .singleElement()
          .satisfies(
              cookie -> {
                assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
                assertThat(cookie.httpOnly).isTrue();
              });
      page.navigate(url() + "/log");
      assertThat(page.locator("main").textContent())
          .contains("signed in by OpenID Connect as operator");

      page.getByText("Sign out").click();
      page.waitForURL(Objects.requireNonNull(provider).issuer() + "/**");
      page.locator("button[name=logout]").click();
      page.waitForURL(url() + "/sign-in?out");
      assertThat(page.locator("main").textContent()).contains("You are signed out.");
      page.locator("#openid").click();
      assertThat(page.locator("input[name=login]").isVisible()).isTrue();
    }
  }

  /** Neither of one that came to its end nor of one that somebody made up. */
  @Test
  void writesNothingOfASignInAtTheProviderIntoItsLog() {
    try (HeardLog log = new HeardLog();
        BrowserContext context = context(ColorScheme.LIGHT, 1280)) {
      Page page = context.newPage();
      Set<String> secrets = new HashSet<>(Set.of(TestProvider.SECRET));
      page.onRequest(request -> codeIn(request.url()).ifPresent(secrets::add));
      page.navigate(url() + "/accounts");
      signInAtTheProvider(page, "olga");
      page.waitForURL(url() + "/");
      assertThat(page.locator("header").textContent()).contains("olga (OpenID)", "Accounts");
      page.navigate(url() + "/sign-in/openid/back?code=somebody-made-this-up&state=as-well");
      assertThat(secrets).hasSize(3);
      context.cookies(url()).forEach(cookie -> secrets.add(cookie.value));
      assertThat(secrets).hasSizeGreaterThan(3);
      assertThat(log.lines())
          .as("the made-up one is told of")
          .isNotEmpty()
          .allSatisfy(
              line -> {
                assertThat(line).doesNotContain(secrets);
                assertThat(line).doesNotContainPattern(TOKEN);
              });
    }
  }

  private static Optional<String> codeIn(String url) {
    return CODE.matcher(url).results().map(found -> found.group(1)).findFirst();
  }

  @Test
  void keepsOutWhomTheProviderGivesNoRole() {
    try (BrowserContext context = context(ColorScheme.LIGHT, 1280)) {
      Page page = context.newPage();
      page.navigate(url() + "/sign-in");
      signInAtTheProvider(page, "sven");
      page.waitForURL(url() + "/sign-in?openid=*");
      assertThat(page.locator("#notice").textContent()).contains("DASHBOARD_OPEN_ID_ROLE_MISSING");
      shoot(page, "sign-in-refused");
      page.navigate(url() + "/");
      assertThat(page.url()).endsWith("/sign-in");
    }
  }

  private static void signInAtTheProvider(Page page, String name) {
    page.locator("#openid").click();
    page.locator("input[name=login]").fill(name);
    page.locator("input[name=password]").fill("any");
    page.locator("button[type=submit]").click();
    page.locator("button[type=submit]:has-text('Continue')").click();
  }

  /** The wallet is injected as extensions do; its account is one of a real chain. */
  @Test
  void hasNewTermsSignedInTheAdminsOwnWallet() throws Exception {
    try (TestChain chain = new TestChain(PACKAGES);
        BrowserContext context = context(ColorScheme.DARK, 1280)) {
      Page page = signIn(context);
      page.navigate(url() + "/models/" + TestPlatform.MODEL + "/terms");
      page.locator("#penalty").fill("200");
      page.locator("#description").fill("A higher penalty");
      page.locator("#preview").click();
      page.locator("#sign").click();
      assertThat(page.locator("#wallet-trouble").textContent()).contains("no wallet");
      shoot(page, "terms-effect-dark");
      assertThat(axe.findings(page)).isEmpty();

      page.exposeFunction(
          "walletRequest", asked -> walletAnswer(chain, (String) Objects.requireNonNull(asked[0])));
      page.evaluate(
          "window.ethereum = {request: (asked) => window.walletRequest(JSON.stringify(asked)).then(JSON.parse)}");
      page.locator("#sign").click();
      page.waitForURL(url() + "/models/" + TestPlatform.MODEL);
      JsonNode mined =
          chain
              .request("eth_getBlockByNumber", List.of("latest", true))
              .required("transactions")
              .get(0);
      assertThat(mined.required("input").asString()).isEqualTo(TestPlatform.TERMS_CALL);
      assertThat(mined.required("to").asString()).isEqualToIgnoringCase(TestPlatform.OTHER_HOST);
      assertThat(mined.required("from")).isEqualTo(chain.request("eth_accounts", List.of()).get(0));
      page.navigate(url() + "/log");
      assertThat(page.locator("main").textContent())
          .contains(
              "sent the transaction of new terms of oml/box", mined.required("hash").asString());
      assertThat(complaints).isEmpty();
    }
  }

  private static String walletAnswer(TestChain chain, String asked) {
    JsonNode request = JSON.readTree(asked);
    List<JsonNode> parameters = new ArrayList<>();
    request.path("params").forEach(parameters::add);
    try {
      return chain.request(request.required("method").asString(), parameters).toString();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void showsTimesInTheReadersZone() {
    try (BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions().setTimezoneId("Asia/Tokyo").setLocale("en-GB"))) {
      Page page = signIn(context);
      page.navigate(url() + EPOCH);
      assertThat(page.locator("td time").first().textContent()).contains("23:13:20", "GMT+9");
    }
  }

  /** Everything is looked at as it lies on the screen: in light and dark, wide and narrow. */
  @Test
  void eachPageCanBeUsedByEverybody() {
    List<String> findings = new ArrayList<>();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      try (BrowserContext context = context(scheme, 1280)) {
        Page page = context.newPage();
        page.navigate(url() + "/sign-in");
        findings.addAll(axe.findings(page));
        page.close();
        page = signIn(context);
        for (Map.Entry<String, String> shown : PAGES.entrySet()) {
          page.setViewportSize(1280, 900);
          page.navigate(url() + shown.getValue());
          String name = shown.getKey() + "-" + scheme.name().toLowerCase(Locale.ROOT);
          shoot(page, name);
          axe.findings(page).forEach(found -> findings.add(name + ": " + found));
          leadsNowhere(page).forEach(found -> findings.add(name + " leads nowhere: " + found));
          page.setViewportSize(390, 844);
          if (widerThanTheScreen(page)) {
            findings.add(name + " is wider than a phone");
          }
          if (scheme == ColorScheme.LIGHT) {
            shoot(page, name + "-phone");
          }
        }
      }
    }
    assertThat(findings).isEmpty();
    assertThat(complaints).isEmpty();
  }

  /**
   * Labels of numbers without a link to what they are made of, and links to parts of the page that
   * it does not have.
   */
  private static List<?> leadsNowhere(Page page) {
    return (List<?>)
        page.evaluate(
            """
            () => [...document.querySelectorAll("dl.figures dt")]
              .filter(label => !label.querySelector("a"))
              .map(label => label.textContent)
              .concat([...document.querySelectorAll("a[href^='#']")]
                .map(link => link.getAttribute("href"))
                .filter(part => !document.getElementById(part.substring(1))))
            """);
  }

  private static boolean widerThanTheScreen(Page page) {
    return (Boolean) page.evaluate("document.documentElement.scrollWidth > window.innerWidth");
  }

  private static String url() {
    return Objects.requireNonNull(platform).url().toString();
  }

  private static BrowserContext context(ColorScheme scheme, int width) {
    return browser.newContext(
        new Browser.NewContextOptions().setColorScheme(scheme).setViewportSize(width, 900));
  }

  /** The field has the focus from the start. */
  private Page signIn(BrowserContext context) {
    Page page = context.newPage();
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") || message.type().equals("warning")) {
            complaints.add(message.text());
          }
        });
    page.navigate(url() + "/");
    page.waitForFunction("() => document.activeElement.id === 'password'");
    shoot(page, "sign-in");
    page.keyboard().type(TestPlatform.PASSWORD);
    page.keyboard().press("Enter");
    page.waitForURL(url() + "/");
    return page;
  }

  private static void awaitRenewal(Page page) {
    String before = page.locator(".asof").textContent();
    page.waitForFunction(
        "before => document.querySelector('.asof').textContent !== before", before);
  }

  private static void tabTo(Page page, String id) {
    for (int i = 0; i < MOST_TABS && !focused(page).equals(id); i++) {
      page.keyboard().press("Tab");
    }
    assertThat(focused(page)).isEqualTo(id);
  }

  private static String focused(Page page) {
    return (String) page.evaluate("document.activeElement ? document.activeElement.id : ''");
  }

  private static void shoot(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(TARGET.resolve("screenshots").resolve(name + ".png"))
            .setFullPage(true));
  }
}
