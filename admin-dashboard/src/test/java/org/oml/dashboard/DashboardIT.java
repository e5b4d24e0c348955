package org.oml.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.dashboard.fixture.TestPlatform;
import org.oml.dashboard.fixture.TestService;
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
        List.of(
            "/",
            "/live",
            "/hosts",
            "/permits/epochs.csv",
            "/training/" + TestPlatform.JOB + "/cancel",
            "/audits/" + TestPlatform.AUDIT,
            "/cases/" + TestPlatform.CASE,
            "/cases/" + TestPlatform.CASE + "/dossier",
            "/none")) {
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
  void tellsPrometheusHowItDoesAndNothingOfWhatItShows() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    visitor.get("/hosts/" + TestPlatform.HOST);
    HttpResponse<String> metrics = new Visitor(platform.url()).get("/metrics");
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.body())
        .contains("\nhttp_server_requests_seconds_count{", "uri=\"/hosts/{host:")
        .doesNotContain(TestPlatform.HOST);
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
  void letsNobodyInButThroughTheProviderWherePasswordsAreOff(@TempDir Path own) throws Exception {
    Path secret = Files.writeString(own.resolve("client.secret"), "of the tests");
    try (TestPlatform other =
        new TestPlatform(
            own,
            "--oml.dashboard.password-sign-in=false",
            "--oml.dashboard.open-id.issuer=http://127.0.0.1:9",
            "--oml.dashboard.open-id.client-id=oml",
            "--oml.dashboard.open-id.client-secret-file=" + secret,
            "--oml.dashboard.open-id.owners=owners")) {
      Visitor stranger = new Visitor(other.url());
      assertThat(stranger.get("/sign-in").body())
          .contains("Sign in with OpenID Connect")
          .doesNotContain("type=\"password\"");
      assertThat(
              stranger
                  .post("/sign-in", Map.of("username", "admin", "password", TestPlatform.PASSWORD))
                  .statusCode())
          .isEqualTo(403);

      String away = locationOf(stranger.get("/sign-in/openid"));
      assertThat(away).endsWith("/sign-in?openid=OPEN_ID_AWAY");
      assertThat(stranger.get(away).body()).contains("DASHBOARD_OPEN_ID_AWAY");
      assertThat(locationOf(stranger.get("/sign-in/openid/back?code=a&state=b")))
          .endsWith("/sign-in?openid=OPEN_ID_REFUSED");
      assertThat(stranger.get("/").statusCode()).isEqualTo(302);
    }
  }

  private static String locationOf(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElseThrow();
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
        .contains("Three answers named no permit.", "4 of 4 asked", "oml/box", "/cases/")
        .contains("4 keys among 12 covers", "uses without permit: Three", "A case opened");
    assertThat(visitor.get("/cases/" + TestPlatform.CASE).body())
        .contains("Opened", "Committed", "Permit looked up", "Revealed", "Convicted", "Settled")
        .contains("The permission service has no permit for the query.", "0xc0", "0xd0", "0xf0")
        .contains("/audits/" + TestPlatform.AUDIT);
  }

  @Test
  void hasAPageForEachPartOfThePlatform() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    String epoch = "/permits/" + TestPlatform.HASH + "/1";
    assertThat(visitor.get("/hosts").body())
        .contains("suspended", "900", "377", "active", "href=\"/hosts/" + TestPlatform.HOST);
    assertThat(visitor.get("/hosts/" + TestPlatform.HOST).body())
        .contains("data-chart=", "balance left", "uses without permit", "convicted")
        .contains("instance, terms 2");
    assertThat(visitor.get("/permits").body()).contains("12,300", "120", "posted", epoch);
    assertThat(visitor.get(epoch).body()).contains("both agree", "2026-09-21 14:13:20 UTC");
    assertThat(visitor.get("/models").body()).contains("oml/box", "6 of 64", "the host is asked");
    assertThat(visitor.get("/models/oml/box").body())
        .contains("Keep to the terms.", "99 %", "main", "published", "7 d", "10 %, at most 10");
    assertThat(visitor.get("/training").body()).contains("leased", "embedding, 60 %");
    assertThat(visitor.get("/training/" + TestPlatform.JOB).body())
        .contains("step 120, loss 0.412", "data-chart=", "Cancel the job…", "worker-1");
    assertThat(visitor.get("/audits").body()).contains("about every PT6H", "3 of 4");
    assertThat(visitor.get("/cases").body()).contains("/cases/" + TestPlatform.CASE);
    assertThat(visitor.get("/cases/" + TestPlatform.CASE).body())
        .contains("block 1000, 43 confirmations", "Download the dossier")
        .contains("“Harbours were full of”", "“Lighthouse keepers know.”", "names no permit")
        .contains("begins as fingerprint 17", "Window");
    assertThat(visitor.get("/hosts/" + TestPlatform.HOST).body())
        .contains("href=\"#movements\"", "stake slashed", "1001", "staked", "1,000");
    assertThat(visitor.get("/governance").body())
        .contains("href=\"#votes-7\"", "id=\"votes-7\"", "950");
    assertThat(visitor.get("/governance").body())
        .contains("A query costs 0.02 tokens", "600", "queued", "100 %", "90", "8 d");
    assertThat(visitor.get("/settings").body())
        .contains("oml.dashboard.session-life", "12h", "oml.dashboard.patience", "4s")
        .contains(platform.registry.url().toString())
        .doesNotContain("admin.password", ".json");
  }

  @Test
  void saysOnEachPageThatNothingHappenedYet() throws Exception {
    visitor.signIn(TestPlatform.PASSWORD);
    Map.of(
            "/hosts",
            "No host is on chain yet.",
            "/hosts/" + TestPlatform.HOST,
            "The chain knows no such host.",
            "/permits",
            "No epoch is closed yet.",
            "/models",
            "No model is published yet.",
            "/training",
            "No instance was asked for yet.",
            "/audits",
            "No audit is scheduled.",
            "/cases",
            "There is no case.",
            "/governance",
            "Nothing was proposed yet.")
        .forEach((path, sentence) -> assertThat(body(path)).as(path).contains(sentence, "As of"));
  }

  private String body(String path) {
    try {
      return visitor.get(path).body();
    } catch (Exception e) {
      throw new AssertionError(path, e);
    }
  }

  @Test
  void showsReportsOfAttacksThatLieInItsDirectory() throws Exception {
    visitor.signIn(TestPlatform.PASSWORD);
    assertThat(visitor.get("/training").body()).contains("No report is here yet.");
    platform.attackReport("autumn", TestPlatform.ATTACKS);
    platform.attackReport("broken", "{\"version\":1");
    assertThat(visitor.get("/training").body())
        .contains("href=\"/attacks/autumn\"", "after 1 of 3", "not what ./oml attack writes");
    assertThat(visitor.get("/attacks/autumn").body())
        .contains("perinucleus with 64 fingerprints", "2.345 nats per token on a text of its own")
        .contains("survive", "gone", "not measured", "97.0 %", "0.6 %", "0.012", "no rows");
    for (String name : List.of("broken", "none", "..%2Fautumn", ".")) {
      assertThat(visitor.get("/attacks/" + name).statusCode()).as(name).isIn(400, 404);
    }
  }

  @Test
  void givesEpochsChargesAndDossiersForDownload() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    HttpResponse<String> epochs = visitor.get("/permits/epochs.csv");
    assertThat(epochs.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
    assertThat(epochs.body().lines())
        .hasSize(3)
        .last()
        .asString()
        .contains(",120000000000000000000,");
    assertThat(visitor.get("/permits/" + TestPlatform.HASH + "/1/charges.csv").body())
        .contains(TestPlatform.HOST + ",12000,120000000000000000000,0");
    HttpResponse<String> dossier = visitor.get("/cases/" + TestPlatform.CASE + "/dossier");
    assertThat(dossier.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"case-" + TestPlatform.CASE + ".json\"");
    assertThat(dossier.body()).contains("\"version\" : 1");
  }

  @Test
  void cancelsAJobOnlyAfterAskingOnceMoreAndSaysWhatCameOfIt() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    String path = "/training/" + TestPlatform.JOB + "/cancel";
    String question = visitor.get(path).body();
    assertThat(question).contains("Cancel the job?", "thrown away", TestPlatform.HOST);
    assertThat(platform.registry.asked("/v1/jobs/" + TestPlatform.JOB + "/cancel")).isZero();

    assertThat(visitor.post(path, Map.of("_csrf", "guessed")).statusCode()).isEqualTo(403);
    assertThat(platform.registry.asked("/v1/jobs/" + TestPlatform.JOB + "/cancel")).isZero();
    HttpResponse<String> done = visitor.post(path, Map.of("_csrf", Visitor.formToken(question)));
    assertThat(done.statusCode()).isEqualTo(302);
    assertThat(platform.registry.asked("/v1/jobs/" + TestPlatform.JOB + "/cancel")).isEqualTo(1);
    String job = "/training/" + TestPlatform.JOB;
    assertThat(visitor.get(job, "HX-Request", "true").body())
        .as("a page that renews itself in another tab")
        .doesNotContain("The job is cancelled");
    assertThat(visitor.get(job).body()).contains("The job is cancelled");

    platform.registry.refuse(
        "/v1/jobs/" + TestPlatform.JOB + "/retry", 409, "REGISTRY_JOB_NOT_FAILED", "It runs.");
    visitor.post(job + "/retry", Map.of("_csrf", Visitor.formToken(question)));
    assertThat(visitor.get(job).body())
        .contains("The registry refuses: It runs. (REGISTRY_JOB_NOT_FAILED)");
  }

  @Test
  void suspendsAHostAtBothServicesAfterAskingOnceMoreAndLiftsItAgain() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    String page = "/hosts/" + TestPlatform.OTHER_HOST;
    assertThat(visitor.get(page).body())
        .contains("Nobody suspended it", "Suspend the host…")
        .doesNotContain("Lift the suspension…");
    String question = visitor.get(page + "/suspend").body();
    assertThat(question).contains("Suspend the host?", "downloads nothing");
    assertThat(platform.permission.asked("/v1" + page + "/suspend")).isZero();

    visitor.post(
        page + "/suspend", Map.of("reason", "a \"reason\"", "_csrf", Visitor.formToken(question)));
    for (TestService service : List.of(platform.permission, platform.registry)) {
      assertThat(service.sent("/v1" + page + "/suspend"))
          .isEqualTo("{\"reason\":\"a \\\"reason\\\"\"}");
    }
    assertThat(visitor.get(page).body()).contains("The host is suspended");

    assertThat(visitor.get("/hosts").body()).contains("suspended by admin");
    String suspended = "/hosts/" + TestPlatform.HOST;
    assertThat(visitor.get(suspended).body())
        .contains("unpaid bills", "Lift the suspension…")
        .doesNotContain("Suspend the host…");
    platform.registry.refuse("/v1" + suspended + "/lift", 503, "REGISTRY_DOWN", "Not now.");
    visitor.post(suspended + "/lift", Map.of("_csrf", Visitor.formToken(question)));
    assertThat(platform.permission.asked("/v1" + suspended + "/lift")).isEqualTo(1);
    assertThat(visitor.get(suspended).body())
        .contains("The registry refuses: Not now. (REGISTRY_DOWN)");
    assertThat(visitor.get("/log").body())
        .contains("asks to suspend: a &quot;reason&quot;", "suspend: done")
        .contains("lift the suspension: not done everywhere");
  }

  @Test
  void pointsAnAliasAndSaysWhatTheRegistryRefuses() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    String model = "/models/" + TestPlatform.MODEL;
    String form = visitor.get(model + "/alias").body();
    assertThat(form).contains("Point the alias", "aa00aa00aa00aa00aa00aa00aa00aa00aa00aa00");
    Map<String, String> typed =
        Map.of("alias", "stable", "revision", "aa00", "_csrf", Visitor.formToken(form));
    visitor.post(model + "/alias", typed);
    assertThat(platform.registry.sent("/v1" + model + "/aliases"))
        .contains("\"alias\":\"stable\"", "\"revision\":\"aa00\"");
    assertThat(visitor.get(model).body()).contains("stable names this revision now.");

    platform.registry.refuse(
        "/v1" + model + "/aliases", 404, "REGISTRY_REVISION_UNKNOWN", "There is none.");
    visitor.post(model + "/alias", typed);
    assertThat(visitor.get(model).body()).contains("There is none. (REGISTRY_REVISION_UNKNOWN)");
    assertThat(visitor.get("/log").body()).contains("point the alias stable to aa00: refused");
    assertThat(visitor.get("/models/publish?directory=a+b&name=oml/box").body())
        .contains("./oml model publish &#39;a b&#39; --name oml/box");
  }

  @Test
  void saysWhatNewTermsWouldDoAndShowsWhatTheWalletShallSign() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    Visitor tessa = other("tessa", visitor.give("tessa", "OPERATOR"));
    String path = "/models/" + TestPlatform.MODEL + "/terms";
    String form = tessa.get(path).body();
    assertThat(form).contains("Version 3", "value=\"0.01\"", "value=\"1000\"");
    String token = Visitor.formToken(form);

    String shown =
        tessa.post(path, Map.of("penalty", "200", "description", "Higher", "_csrf", token)).body();
    assertThat(shown)
        .contains("honesty pays", "freeload on a tenth", "data-chart=", TestPlatform.TERMS_CALL)
        .contains("puts the terms to the community", "/assets/wallet.js");
    assertThat(platform.registry.sent("/v1" + path + "/transaction"))
        .contains("\"penalty\":\"200000000000000000000\"", "\"version\":3", "Higher");
    assertThat(tessa.post(path, Map.of("penalty", "0.01", "_csrf", token)).body())
        .contains("freeloading pays");

    assertThat(tessa.post(path, Map.of("penalty", "much", "_csrf", token)).body())
        .contains("penalty is an amount in tokens")
        .doesNotContain(TestPlatform.TERMS_CALL);
    assertThat(tessa.post(path, Map.of("auditShare", "2", "_csrf", token)).body())
        .contains("auditShare is not above 0 and at most 1");
    platform.registry.refuse(
        "/v1" + path + "/transaction", 409, "REGISTRY_TERMS_REFUSED", "Not these.");
    assertThat(tessa.post(path, Map.of("_csrf", token)).body())
        .contains("Not these. (REGISTRY_TERMS_REFUSED)")
        .doesNotContain("id=\"sign\"");
    assertThat(tessa.post(path + "/sent", Map.of("hash", "0x1", "_csrf", token)).statusCode())
        .isEqualTo(404);
    assertThat(tessa.get("/log").body()).contains("prepares terms of version 3");
  }

  @Test
  void letsEachRoleDoNoMoreThanItMay() throws Exception {
    platform.hostsWereAudited("");
    visitor.signIn(TestPlatform.PASSWORD);
    Visitor viewer = other("vera", visitor.give("vera", "VIEWER"));
    Visitor operator = other("otto", visitor.give("otto", "OPERATOR"));
    String job = "/training/" + TestPlatform.JOB;

    String seen = viewer.get(job).body();
    assertThat(seen).contains("worker-1").doesNotContain("Cancel the job…", "/accounts");
    String host = "/hosts/" + TestPlatform.HOST;
    String model = "/models/" + TestPlatform.MODEL;
    assertThat(viewer.get(host).body()).doesNotContain("Lift the suspension…");
    Map<String, String> form = Map.of("reason", "none", "_csrf", Visitor.formToken(seen));
    int before = platform.registry.asked("/v1" + host + "/lift");
    List<String> actions =
        List.of(
            job + "/cancel",
            job + "/retry",
            host + "/suspend",
            host + "/lift",
            model + "/alias",
            model + "/terms",
            model + "/terms/sent");
    for (String action : actions) {
      assertThat(viewer.post(action, form).statusCode()).as(action).isEqualTo(403);
      if (!action.endsWith("/sent")) {
        assertThat(viewer.get(action).statusCode()).as(action).isEqualTo(403);
        assertThat(operator.get(action).statusCode()).as(action).isEqualTo(200);
      }
    }
    assertThat(platform.registry.asked("/v1" + host + "/lift")).isEqualTo(before);
    for (Visitor entitled : List.of(operator, visitor)) {
      String token = Visitor.formToken(entitled.get("/").body());
      for (String action : actions) {
        assertThat(entitled.post(action, Map.of("reason", "none", "_csrf", token)).statusCode())
            .as(action)
            .isNotIn(401, 403, 404);
      }
    }

    String question = operator.get(job + "/cancel").body();
    operator.post(job + "/cancel", Map.of("_csrf", Visitor.formToken(question)));
    for (Visitor lesser : List.of(viewer, operator)) {
      assertThat(lesser.get("/accounts").statusCode()).isEqualTo(403);
      assertThat(lesser.get("/accounts/vera/remove").statusCode()).isEqualTo(403);
      assertThat(
              lesser
                  .post(
                      "/accounts",
                      Map.of("name", "eve", "role", "OWNER", "_csrf", Visitor.formToken(question)))
                  .statusCode())
          .isEqualTo(403);
    }
    assertThat(visitor.get("/log").body())
        .contains("otto", "cancel: done", "gave a password and the role VIEWER", "signed in");
  }

  @Test
  void keepsWhatWasAskedToOperatorsUntilTheCourtHasIt() throws Exception {
    platform.hostsWereAudited("");
    platform.caseIsCommitted();
    visitor.signIn(TestPlatform.PASSWORD);
    Visitor viewer = other("walt", visitor.give("walt", "VIEWER"));
    String path = "/cases/" + TestPlatform.CASE;
    assertThat(viewer.get(path).body())
        .contains("Committed", "still ahead")
        .doesNotContain("Harbours", "Download the dossier");
    assertThat(viewer.get(path + "/dossier").statusCode()).isEqualTo(404);
    assertThat(viewer.get("/cases").body())
        .contains("T: a copy elsewhere", "36 of 36", "/cases/panels/" + TestPlatform.PLAN)
        .doesNotContain("N: answers without receipts");
    assertThat(visitor.get("/cases").body()).contains("N: answers without receipts", "once opened");
    String secret = "/cases/panels/" + TestPlatform.SECRET_PLAN;
    assertThat(viewer.get(secret).statusCode()).isEqualTo(404);
    assertThat(visitor.get(secret).body())
        .contains("Panel drawn", "0 of 36 answers are revealed", "still ahead")
        .doesNotContain("Download the dossier");
    assertThat(viewer.get("/cases/panels/" + TestPlatform.PLAN).body())
        .contains("seen 9 hits", "Convicted", "block 1000, 43 confirmations", "Settled")
        .contains("block 1001, 41 confirmations", "36 transactions", "block 1038, 4 confirmations")
        .doesNotContain("still ahead");
    assertThat(viewer.get("/cases/panels/" + TestPlatform.PLAN + "/dossier").body())
        .contains("\"kind\" : \"T\"");
    assertThat(visitor.get(path).body()).contains("Download the dossier");
    assertThat(visitor.get(path + "/dossier").statusCode()).isEqualTo(200);
  }

  private static Visitor other(String name, String password) throws Exception {
    Visitor other = new Visitor(platform.url());
    assertThat(other.signIn(name, password).headers().firstValue("Location"))
        .hasValueSatisfying(page -> assertThat(page).endsWith("/"));
    return other;
  }

  @Test
  void signsOutWhoeverIsRemovedOrGotAnotherPassword() throws Exception {
    visitor.signIn(TestPlatform.PASSWORD);
    String first = visitor.give("ruth", "OPERATOR");
    Visitor ruth = other("ruth", first);
    String second = visitor.give("ruth", "VIEWER");
    assertThat(ruth.get("/").statusCode()).isEqualTo(302);
    assertThat(new Visitor(platform.url()).signIn("ruth", first).headers().firstValue("Location"))
        .hasValueSatisfying(page -> assertThat(page).endsWith("refused"));

    Visitor again = other("ruth", second);
    String question = visitor.get("/accounts/ruth/remove").body();
    assertThat(question).contains("Remove the account?");
    assertThat(again.get("/").statusCode()).isEqualTo(200);
    visitor.post("/accounts/ruth/remove", Map.of("_csrf", Visitor.formToken(question)));
    assertThat(again.get("/").statusCode()).isEqualTo(302);
    assertThat(visitor.get("/accounts").body()).contains("ruth may sign in no more");
  }

  @Test
  void takesNoMoreThanThirtyFormsAMinuteFromOneAdmin() throws Exception {
    visitor.signIn(TestPlatform.PASSWORD);
    Visitor hasty = other("hasty", visitor.give("hasty", "VIEWER"));
    String token = Visitor.formToken(hasty.get("/log").body());
    for (int i = 0; i < 30; i++) {
      assertThat(hasty.post("/none", Map.of("_csrf", token)).statusCode()).isEqualTo(404);
    }
    HttpResponse<String> tooFast = hasty.post("/none", Map.of("_csrf", token));
    assertThat(tooFast.statusCode()).isEqualTo(429);
    assertThat(tooFast.body()).contains("Too fast");
    assertThat(hasty.get("/").statusCode()).isEqualTo(200);
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
        List.of(
            "/audits/" + TestPlatform.AUDIT,
            "/audits/no-identifier",
            "/hosts/0x52908400098527886E0F7030069857D2E4169eE7",
            "/models/oml/none",
            "/permits/" + TestPlatform.HASH + "/9",
            "/training/" + TestPlatform.CASE,
            "/none",
            "/cases/")) {
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
