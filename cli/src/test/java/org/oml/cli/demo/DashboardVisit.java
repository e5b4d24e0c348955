package org.oml.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oml.cli.platform.Services;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.SecretFile;

/** The owner at the dashboard of a platform. */
final class DashboardVisit {

  private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int LINES = 60;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final URI dashboard;
  private final Path log;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager())
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private DashboardVisit(URI dashboard, Path log) {
    this.dashboard = dashboard;
    this.log = log;
  }

  static DashboardVisit signIn(LocalPlatform platform) throws Exception {
    var settings = platform.settings();
    DashboardVisit visit =
        new DashboardVisit(
            URI.create(Services.url(settings.ports().dashboard())),
            settings.logs().resolve("dashboard.log"));
    String password = SecretFile.readOrDraw(settings.secrets().resolve("dashboard.password"));
    String form =
        "username=admin&password="
            + URLEncoder.encode(password, StandardCharsets.UTF_8)
            + "&_csrf="
            + URLEncoder.encode(find(visit.page("/sign-in"), TOKEN), StandardCharsets.UTF_8);
    HttpResponse<String> entered =
        visit.send(
            HttpRequest.newBuilder(visit.dashboard.resolve("/sign-in"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    assertThat(entered.statusCode()).isEqualTo(302);
    return visit;
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
          .as("%s is whole; the dashboard's log:%n%s", path, lastLines())
          .isBefore(deadline);
      Thread.sleep(PAUSE);
    }
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log);
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
