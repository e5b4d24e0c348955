package org.oml.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.dashboard.fixture.TestPlatform;
import org.oml.dashboard.fixture.Visitor;
import org.oml.protocol.CodedException;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.core.NestedExceptionUtils;

/** The real application over HTTP. */
class DashboardIT {

  private static final String WRONG = "a wrong password";

  @TempDir private static Path directory;
  private static TestPlatform platform;
  private Visitor visitor;

  @BeforeAll
  static void start() throws Exception {
    platform = new TestPlatform(directory);
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @BeforeEach
  void visit() {
    platform.nothingHappened();
    visitor = new Visitor(platform.url());
  }

  @Test
  void doesNotStartWithoutAPasswordAndSaysWhatToSet() {
    assertThatThrownBy(
            () ->
                new SpringApplicationBuilder(DashboardApplication.class)
                    .run(
                        "--server.port=0",
                        "--oml.dashboard.account.keystore=keystore",
                        "--oml.dashboard.account.password-file=password"))
        .satisfies(
            failure ->
                assertThat(NestedExceptionUtils.getRootCause(failure))
                    .isInstanceOfSatisfying(
                        CodedException.class,
                        e -> {
                          assertThat(e.code()).isEqualTo(DashboardError.PASSWORD_FILE_MISSING);
                          assertThat(e).hasMessageContaining("oml.dashboard.password-file");
                        }));
  }

  @Test
  void showsStrangersNothingButTheSignIn() throws Exception {
    assertThat(visitor.get("/health").statusCode()).isEqualTo(200);
    assertThat(visitor.get("/assets/dashboard.css").statusCode()).isEqualTo(200);
    assertThat(visitor.get("/webjars/htmx.org/dist/htmx.min.js").statusCode()).isEqualTo(200);
    for (String path :
        List.of("/", "/audits/" + TestPlatform.AUDIT, "/cases/" + TestPlatform.CASE, "/none")) {
      HttpResponse<String> answer = visitor.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(302);
      assertThat(answer.headers().firstValue("Location"))
          .hasValueSatisfying(page -> assertThat(page).endsWith("/sign-in"));
      assertThat(cookies(answer)).noneMatch(cookie -> cookie.startsWith("oml-dashboard="));
    }
    HttpResponse<String> renewal = visitor.get("/", "HX-Request", "true");
    assertThat(renewal.statusCode()).isEqualTo(401);
    assertThat(renewal.headers().firstValue("HX-Redirect")).contains("/sign-in");
  }

  @Test
  void signsInWithThePasswordAloneAndOutAgain() throws Exception {
    HttpResponse<String> refused = visitor.signIn(WRONG);
    assertThat(refused.headers().firstValue("Location"))
        .hasValueSatisfying(page -> assertThat(page).endsWith("/sign-in?refused"));
    assertThat(visitor.get("/sign-in?refused").body()).contains("That is not the password.");

    HttpResponse<String> entered = visitor.signIn(TestPlatform.PASSWORD);
    assertThat(entered.headers().firstValue("Location"))
        .hasValueSatisfying(page -> assertThat(page).endsWith("/"));
    assertThat(cookies(entered))
        .anySatisfy(
            cookie ->
                assertThat(cookie)
                    .startsWith("oml-dashboard=")
                    .contains("HttpOnly")
                    .contains("SameSite=Strict"));
    String page = visitor.get("/").body();
    assertThat(page).contains("Overview");

    visitor.post("/sign-out", Map.of("_csrf", Visitor.formToken(page)));
    assertThat(visitor.get("/").statusCode()).isEqualTo(302);
  }

  @Test
  void returnsToThePageThatWasAskedFor() throws Exception {
    visitor.get("/cases/" + TestPlatform.CASE);
    assertThat(visitor.signIn(TestPlatform.PASSWORD).headers().firstValue("Location"))
        .hasValueSatisfying(page -> assertThat(page).endsWith("/cases/" + TestPlatform.CASE));
  }

  @Test
  void locksSignInAfterFiveWrongPasswordsAndLetsTheSignedInGoOn(@TempDir Path own)
      throws Exception {
    try (TestPlatform other = new TestPlatform(own)) {
      Visitor early = new Visitor(other.url());
      early.signIn(TestPlatform.PASSWORD);
      Visitor guesser = new Visitor(other.url());
      for (int i = 0; i < 5; i++) {
        guesser.signIn(WRONG);
      }

      Visitor late = new Visitor(other.url());
      assertThat(late.signIn(TestPlatform.PASSWORD).headers().firstValue("Location"))
          .hasValueSatisfying(page -> assertThat(page).endsWith("/sign-in?refused"));
      assertThat(late.get("/sign-in").body()).contains("sign-in is locked for a minute");
      assertThat(late.get("/").statusCode()).isEqualTo(302);
      assertThat(early.get("/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void takesNoFormWithoutItsToken() throws Exception {
    HttpResponse<String> answer =
        visitor.post("/sign-in", Map.of("username", "admin", "password", TestPlatform.PASSWORD));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("Not done").doesNotContain(TestPlatform.PASSWORD);

    visitor.signIn(TestPlatform.PASSWORD);
    assertThat(visitor.post("/sign-out", Map.of("_csrf", "guessed")).statusCode()).isEqualTo(403);
    assertThat(visitor.get("/").statusCode()).isEqualTo(200);
  }

  @Test
  void sendsHeadersThatLetNothingForeignIn() throws Exception {
    visitor.signIn(TestPlatform.PASSWORD);
    for (String path : List.of("/", "/sign-in", "/none")) {
      var headers = visitor.get(path).headers();
      assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "*");
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
      assertThat(headers.firstValue("Referrer-Policy")).contains("same-origin");
      assertThat(headers.firstValue("Cache-Control").orElseThrow()).contains("no-store");
    }
    assertThat(visitor.get("/").body())
        .doesNotContain("style=", "onclick", "<style", "//unpkg", "https://");
  }

  @Test
  void saysInWordsThatNothingHappenedYet() throws Exception {
    visitor.signIn(TestPlatform.PASSWORD);
    assertThat(visitor.get("/").body())
        .contains("No permit was issued yet.", "No host was audited yet.", "There is no case.")
        .doesNotContain("<table");
  }

  @Test
  void showsWhatTheServicesTell() throws Exception {
    platform.hostsWereAudited("Three answers named no permit.");
    platform.permission.reply("/health", 503, "{\"status\":\"down\",\"missing\":[\"chain\"]}");
    visitor.signIn(TestPlatform.PASSWORD);

    assertThat(visitor.get("/").body())
        .contains("12,345", "123.45", "12,300", TestPlatform.HOST, "2026-09-21 14:13:20 UTC")
        .contains("uses without permit", "uses with permit", "3 of 4")
        .contains("convicted", "commit, ", "reveal, ", "finalise")
        .contains("not ready", "missing: chain")
        .contains("href=\"/audits/" + TestPlatform.AUDIT, "href=\"/cases/" + TestPlatform.CASE);
    assertThat(visitor.get("/audits/" + TestPlatform.AUDIT).body())
        .contains("Three answers named no permit.", "4 of 4 asked", "oml/box", "/cases/");
    assertThat(visitor.get("/cases/" + TestPlatform.CASE).body())
        .contains("Opened", "Committed", "Permit looked up", "Revealed", "Convicted", "Settled")
        .contains("The permission service has no permit for the query.", "0xc0", "0xd0", "0xf0")
        .contains("/audits/" + TestPlatform.AUDIT);
  }

  @Test
  void showsHostileTextAsText() throws Exception {
    String hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    platform.hostsWereAudited(hostile);
    platform.registry.reply(
        "/health", 503, "{\"status\":\"down\",\"missing\":[\"" + hostile + "\"]}");
    platform.permission.refuse("/v1/usage", 403, "PERMISSION_NOT_YOURS", hostile);
    visitor.signIn(TestPlatform.PASSWORD);

    for (String path : List.of("/", "/audits/" + TestPlatform.AUDIT)) {
      assertThat(visitor.get(path).body())
          .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
          .doesNotContain("<script>alert", "<img");
    }
  }

  @Test
  void saysWhichServiceIsAwayAndShowsTheRest(@TempDir Path own) throws Exception {
    try (TestPlatform other = new TestPlatform(own)) {
      other.hostsWereAudited("");
      Visitor admin = new Visitor(other.url());
      admin.signIn(TestPlatform.PASSWORD);
      other.prover.close();

      assertThat(admin.get("/").body())
          .contains("The prover is away.", "12,345")
          .doesNotContain("No host was audited yet.", "There is no case.");
      HttpResponse<String> audit = admin.get("/audits/" + TestPlatform.AUDIT);
      assertThat(audit.statusCode()).isEqualTo(200);
      assertThat(audit.body()).contains("The prover is away.", "./oml status");

      other.permission.refuse("/v1/usage", 403, "PERMISSION_NOT_YOURS", "Not yours.");
      assertThat(admin.get("/").body())
          .contains("The permission service refuses: Not yours. (PERMISSION_NOT_YOURS)");
    }
  }

  @Test
  void hasAPageForWhatIsNotThere() throws Exception {
    platform.prover.refuse(
        "/v1/audits/" + TestPlatform.AUDIT, 404, "PROVER_AUDIT_UNKNOWN", "There is no audit.");
    visitor.signIn(TestPlatform.PASSWORD);
    for (String path :
        List.of("/audits/" + TestPlatform.AUDIT, "/audits/no-identifier", "/none", "/cases/")) {
      HttpResponse<String> answer = visitor.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).contains("Nothing here").contains("To the overview");
    }
    assertThat(visitor.post("/none", Map.of("_csrf", token())).statusCode()).isEqualTo(404);
  }

  private String token() throws Exception {
    return Visitor.formToken(visitor.get("/").body());
  }

  private static List<String> cookies(HttpResponse<String> answer) {
    return answer.headers().allValues("Set-Cookie");
  }
}
