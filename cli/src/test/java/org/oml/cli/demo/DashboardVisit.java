package org.oml.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.oml.cli.platform.Services;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;

/** The owner at the dashboard of a platform. */
final class DashboardVisit {

  private static final Pattern ABSENCE =
      Pattern.compile("class=\"absent\">\\s*<p><strong>([^<]*)<");
  private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
  private static final Pattern GIVEN = Pattern.compile("id=\"new-password\">([^<]+)<");
  private static final Pattern HASH = Pattern.compile("(\\$argon2id\\$[^\"]+)");
  private static final String MISTYPED = "nobody's password, mistyped";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int LINES = 60;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final URI dashboard;
  private final PlatformSettings settings;
  private final CookieManager cookies = new CookieManager();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(cookies)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private DashboardVisit(PlatformSettings settings) {
    this.dashboard = URI.create(Services.url(settings.ports().dashboard()));
    this.settings = settings;
  }

  static DashboardVisit signIn(LocalPlatform platform) throws Exception {
    DashboardVisit visit = new DashboardVisit(platform.settings());
    visit.enter(
        "admin",
        SecretFile.readOrDraw(platform.settings().secrets().resolve("dashboard.password")));
    return visit;
  }

  private void enter(String name, String password) throws IOException, InterruptedException {
    HttpResponse<String> entered = post("/sign-in", Map.of("username", name, "password", password));
    assertThat(entered.statusCode()).isEqualTo(302);
  }

  /**
   * Adds what the dashboard keeps or hands out beside the platform's files: this session, the token
   * of its forms, the password of somebody who gets an account and comes in with it, what is kept
   * of that password, and one that was mistyped.
   *
   * @return how many there are
   */
  int addTo(PlatformSecrets secrets) throws Exception {
    String given = find(post("/accounts", Map.of("name", "vera", "role", "VIEWER")).body(), GIVEN);
    DashboardVisit other = new DashboardVisit(settings);
    other.enter("vera", MISTYPED);
    other.enter("vera", given);
    other.page("/");
    int before = secrets.size();
    secrets.add("the dashboard's given password", given);
    secrets.add("a mistyped password", MISTYPED);
    secrets.add(
        "what the dashboard keeps of a password",
        find(Files.readString(settings.home().resolve("dashboard/accounts.json")), HASH));
    for (DashboardVisit visit : List.of(this, other)) {
      for (HttpCookie cookie : visit.cookies.getCookieStore().getCookies()) {
        secrets.add(cookie.getName() + " " + secrets.size(), cookie.getValue());
      }
    }
    return secrets.size() - before;
  }

  /** Fills in and sends the form of a page. */
  private HttpResponse<String> post(String path, Map<String, String> fields)
      throws IOException, InterruptedException {
    String token = find(page(path), TOKEN);
    String body =
        Stream.concat(fields.entrySet().stream(), Stream.of(Map.entry("_csrf", token)))
            .map(
                field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return send(
        HttpRequest.newBuilder(dashboard.resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)));
  }

  /**
   * A page with nothing missing from it. A service that was just started again answers its first
   * calls too late; its part comes back by itself.
   */
  String page(String path) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      HttpResponse<String> answer = send(HttpRequest.newBuilder(dashboard.resolve(path)));
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      if (!answer.body().contains("class=\"absent\"")) {
        return answer.body();
      }
      assertThat(Instant.now())
          .as(
              "%s is whole: %s%nThe dashboard's log:%n%s",
              path, find(answer.body(), ABSENCE), lastLines())
          .isBefore(deadline);
      Thread.sleep(PAUSE);
    }
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(settings.logs().resolve("dashboard.log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }

  /** Where the first link of a page leads that looks like this. */
  String first(String path, String link) throws IOException, InterruptedException {
    return find(page(path), Pattern.compile("href=\"(" + link + ")\""));
  }

  private static String find(String page, Pattern pattern) {
    Matcher found = pattern.matcher(page);
    assertThat(found.find()).as("%s in %s", pattern, page).isTrue();
    return found.group(1);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
  }
}
