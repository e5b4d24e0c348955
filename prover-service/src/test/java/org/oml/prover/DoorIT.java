package org.oml.prover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.platform.home.SecretFile;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.SealedBox;
import org.oml.protocol.SigningKey;
import org.oml.prover.fixture.TestHost;
import org.oml.prover.fixture.TestPlatform;
import org.oml.prover.fixture.TestSettings;
import org.oml.prover.fixture.TestToken;
import org.oml.servicekit.fixture.TestCaller;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What the prover refuses at its door, and how. */
class DoorIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int LIMIT = 1 << 16;

  @TempDir private static Path directory;
  private static TestPlatform world;
  private static ConfigurableApplicationContext prover;
  private static TestHost host;
  private static TestHost unpublished;
  private static TestCaller operator;
  private static TestCaller worker;

  @BeforeAll
  static void start() throws Exception {
    world = TestPlatform.start(directory);
    prover = run(Map.of());
    Bytes32 modelId = world.community().register();
    host = world.community().host(modelId);
    unpublished = world.community().accept(modelId);
    operator = TestCaller.signIn(world.url(), world.operator);
    worker = TestCaller.signIn(world.url(), world.worker);
    for (TestHost each : List.of(host, unpublished)) {
      assertThat(worker.put(vaultPath(each), each.secrets()).problem()).isEqualTo("200");
    }
  }

  @AfterAll
  static void stop() {
    prover.close();
    world.close();
  }

  /** Starts a prover with some settings changed, or left away where they are empty. */
  private static ConfigurableApplicationContext run(Map<String, String> changed) {
    Map<String, String> settings = new HashMap<>();
    for (String argument : world.arguments()) {
      int middle = argument.indexOf('=');
      settings.put(argument.substring(0, middle), argument.substring(middle + 1));
    }
    settings.put("--oml.http.body-limit", LIMIT + "B");
    changed.forEach((name, value) -> settings.put("--" + name, value));
    List<String> arguments = new ArrayList<>();
    settings.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            arguments.add(name + "=" + value);
          }
        });
    return new SpringApplication(ProverApplication.class).run(arguments.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/audits",
        "/v1/audits/5b4d0a5e-1f0f-4f0e-8f5e-0d3e5b1c2a3d",
        "/v1/schedules",
        "/v1/vault/stock",
        "/v1/cases/5b4d0a5e-1f0f-4f0e-8f5e-0d3e5b1c2a3d/dossier"
      })
  void auditsAreShownToOperatorsAlone(String path) throws Exception {
    assertThat(nobody().get(path).problem()).isEqualTo("401 SERVICE_TOKEN_MISSING");
    assertThat(worker.get(path).problem()).isEqualTo("403 PROVER_NOT_ALLOWED");
  }

  @Test
  void ordersNeedAFreshTokenOfThisServiceAndOfAnOperator() throws Exception {
    Map<String, Object> order = order();
    assertThat(nobody().post("/v1/audits", order).problem()).isEqualTo("401 SERVICE_TOKEN_MISSING");
    Instant soon = Instant.now().plusSeconds(60);
    assertThat(withToken("prover", Instant.now().minusSeconds(1)).post("/v1/audits", order))
        .extracting(TestCaller.Answer::problem)
        .isEqualTo("401 SERVICE_TOKEN_REFUSED");
    assertThat(withToken("registry", soon).post("/v1/audits", order).problem())
        .isEqualTo("401 SERVICE_TOKEN_REFUSED");
    assertThat(new TestCaller(world.url(), "not.a.token").post("/v1/audits", order).problem())
        .isEqualTo("401 SERVICE_TOKEN_REFUSED");
    assertThat(withToken("prover", soon).get("/v1/audits").problem()).isEqualTo("200");
    for (TestCaller other : List.of(worker, TestCaller.signIn(world.url(), SigningKey.random()))) {
      assertThat(other.post("/v1/audits", order).problem()).isEqualTo("403 PROVER_NOT_ALLOWED");
    }
  }

  @Test
  void secretsAreTakenFromWorkersAlone() throws Exception {
    String path = vaultPath(host);
    assertThat(nobody().put(path, host.secrets()).problem()).isEqualTo("401 SERVICE_TOKEN_MISSING");
    assertThat(operator.put(path, host.secrets()).problem()).isEqualTo("403 PROVER_NOT_ALLOWED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "ABSENT",
      value = {
        "instanceId|ABSENT|400 SERVICE_BODY_UNREADABLE",
        "instanceId|null|400 SERVICE_BODY_UNREADABLE",
        "instanceId|\"0x12\"|400 PROTOCOL_HEX_INVALID",
        "instanceId|{}|400 PROTOCOL_HEX_INVALID",
        "endpoint|ABSENT|400 SERVICE_BODY_UNREADABLE",
        "endpoint|null|400 SERVICE_BODY_UNREADABLE",
        "endpoint|\"ftp://host.example\"|400 PROVER_AUDIT_MALFORMED",
        "endpoint|\"http://user:pw@host.example\"|400 PROVER_AUDIT_MALFORMED",
        "endpoint|\"http://host.example:99999\"|400 PROVER_AUDIT_MALFORMED",
        "keys|ABSENT|400 SERVICE_BODY_UNREADABLE",
        "keys|\"many\"|400 SERVICE_BODY_UNREADABLE",
        "keys|[]|400 SERVICE_BODY_UNREADABLE",
        "keys|1.5|400 SERVICE_BODY_UNREADABLE",
        "keys|1, \"keys\": 2|400 SERVICE_BODY_UNREADABLE",
        "keys|99999999999|400 SERVICE_BODY_UNREADABLE",
        "keys|-1|400 PROVER_AUDIT_MALFORMED",
        "keys|0|400 PROVER_AUDIT_MALFORMED",
        "keys|65|400 PROVER_AUDIT_MALFORMED",
        "keys|13|409 PROVER_KEYS_SPENT",
        "covers|-1|400 PROVER_AUDIT_MALFORMED",
        "covers|1001|400 PROVER_AUDIT_MALFORMED",
        "covers|9|409 PROVER_COVERS_MISSING",
        "seed|\"one\"|400 PROTOCOL_VALUE_OUT_OF_RANGE"
      })
  void refusesAnOrderWith(String member, @Nullable String value, String problem) throws Exception {
    Map<String, Object> order = order();
    order.remove(member);
    String body = JSON.writeValueAsString(order);
    if (value != null) {
      body = body.replaceFirst("\\{", "{\"" + member + "\":" + value + ",");
    }
    TestCaller.Answer answer = operator.post("/v1/audits", "application/json", body);
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(answer.body().required("next").asString()).isNotBlank();
    assertThat(answer.body().toString()).doesNotContain("pw@");
    requireNothingOrdered();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "7", "{", "{\"instanceId\":"})
  void refusesAnOrderThatIsNoOrder(String body) throws Exception {
    assertThat(operator.post("/v1/audits", "application/json", body).problem())
        .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    assertThat(operator.post("/v1/audits", "text/plain", "x").problem())
        .isEqualTo("415 SERVICE_MEDIA_TYPE_UNKNOWN");
  }

  @Test
  void refusesAuditsOfInstancesThatCannotBeTakenToCourt() throws Exception {
    Map<String, Object> order = order();
    order.put("instanceId", Keccak.of("nobody's").toString());
    assertThat(operator.post("/v1/audits", order).problem())
        .isEqualTo("404 PROVER_INSTANCE_UNKNOWN");
    order.put("instanceId", unpublished.instanceId().toString());
    assertThat(operator.post("/v1/audits", order).problem())
        .isEqualTo("409 PROVER_INSTANCE_UNPUBLISHED");
    TestHost elsewhere =
        world.community().host(world.community().register("oml/other", Keccak.of("contexts")));
    worker.put(vaultPath(elsewhere), elsewhere.secrets());
    order.put("instanceId", elsewhere.instanceId().toString());
    assertThat(operator.post("/v1/audits", order).problem())
        .isEqualTo("409 PROVER_CONTEXTS_NOT_ALLOWED");
    requireNothingOrdered();
  }

  @Test
  void tellsHowManyKeysAreLeft() throws Exception {
    JsonNode stock = operator.get("/v1/vault/stock").body().required("instances");
    assertThat(stock)
        .anySatisfy(
            one -> {
              assertThat(one.required("instanceId").asString())
                  .isEqualTo(host.instanceId().toString());
              assertThat(one.required("keysLeft").asInt()).isEqualTo(TestHost.KEYS);
              assertThat(one.hasNonNull("runsOutAt")).isFalse();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "meanGap|\"PT1H\"|200",
        "meanGap|\"an hour\"|400 PROVER_SCHEDULE_MALFORMED",
        "meanGap|null|400 PROVER_SCHEDULE_MALFORMED",
        "cron|\"0 0 3 * * *\"|400 PROVER_SCHEDULE_MALFORMED",
        "zone|\"Mars/Olympus\"|400 PROVER_SCHEDULE_MALFORMED",
        "quietFrom|\"22:00\"|400 PROVER_SCHEDULE_MALFORMED",
        "keysPerDay|0|400 PROVER_SCHEDULE_MALFORMED",
        "keys|0|400 PROVER_AUDIT_MALFORMED",
        "requestsPerMinute|0|400 PROVER_AUDIT_MALFORMED",
        "dialect|\"GRAPHQL\"|400 SERVICE_BODY_UNREADABLE",
        "endpoint|\"host.example\"|400 PROVER_AUDIT_MALFORMED",
        "instanceId|\"0x0000000000000000000000000000000000000000000000000000000000000001\"|404 PROVER_INSTANCE_UNKNOWN"
      })
  void answersToASchedule(String member, String value, String problem) throws Exception {
    Map<String, Object> wish = order();
    wish.put("meanGap", "P300D");
    wish.put("keysPerDay", 6);
    assertThat(worker.post("/v1/schedules", wish).problem()).isEqualTo("403 PROVER_NOT_ALLOWED");
    wish.remove(member);
    String body =
        JSON.writeValueAsString(wish).replaceFirst("\\{", "{\"" + member + "\":" + value + ",");
    TestCaller.Answer answer = operator.post("/v1/schedules", "application/json", body);
    assertThat(answer.problem()).isEqualTo(problem);
    if (answer.status() == 200) {
      String path = "/v1/schedules/" + answer.body().required("scheduleId").asString();
      assertThat(operator.delete(path).problem()).isEqualTo("200");
    }
  }

  private static void requireNothingOrdered() throws IOException {
    assertThat(operator.get("/v1/audits").body().required("audits")).isEmpty();
    JsonNode stored = worker.put(vaultPath(host), host.secrets()).body();
    assertThat(stored.required("keysLeft").asInt()).isEqualTo(TestHost.KEYS);
  }

  @Test
  void refusesSecretsWhoseRootIsNotTheirLeavesOrNotTheChains() throws Exception {
    Map<String, Object> secrets = new HashMap<>(host.secrets());
    secrets.put("fingerprintRoot", Keccak.of("root").toString());
    TestCaller.Answer answer = worker.put(vaultPath(host), secrets);
    assertThat(answer.problem()).isEqualTo("409 PROVER_VAULT_ROOT_DIFFERS");
    requireNoSecretIn(answer);
    // Sound in itself, and of another host than the one that was published.
    Map<String, Object> ofAnother = new HashMap<>(host.secrets());
    ofAnother.put("host", unpublished.address().toString());
    assertThat(worker.put(vaultPath(host), ofAnother).problem())
        .isEqualTo("409 PROVER_VAULT_ROOT_DIFFERS");
  }

  @Test
  void takesSecretsThatWereSealedForItAndThisInstanceAlone() throws Exception {
    Bytes32 key =
        Bytes32.parse(worker.get("/v1/vault/key").body().required("publicKey").asString());
    assertThat(operator.get("/v1/vault/key").problem()).isEqualTo("403 PROVER_NOT_ALLOWED");
    byte[] secrets = new ObjectMapper().writeValueAsBytes(host.secrets());
    String purpose = "oml.vault.v1 " + host.instanceId();
    String path = vaultPath(host) + "/sealed";
    assertThat(worker.put(path, sealed(SealedBox.seal(key, secrets, purpose))).problem())
        .isEqualTo("200");
    for (byte[] wrong :
        List.of(
            SealedBox.seal(key, secrets, "oml.vault.v1 " + unpublished.instanceId()),
            SealedBox.seal(SealedBox.publicKey(Keccak.of("other")), secrets, purpose),
            SealedBox.seal(key, "{\"covers\":[\"a secret".getBytes(UTF_8), purpose),
            SealedBox.seal(key, "{}".getBytes(UTF_8), purpose),
            secrets)) {
      TestCaller.Answer answer = worker.put(path, sealed(wrong));
      assertThat(answer.problem()).isEqualTo("400 PROVER_VAULT_MALFORMED");
      requireNoSecretIn(answer);
    }
    assertThat(worker.put(path, Map.of("version", 1, "sealed", "no Base64 at all")).problem())
        .isEqualTo("400 PROVER_VAULT_MALFORMED");
  }

  private static Map<String, Object> sealed(byte[] bytes) {
    return Map.of("version", 1, "sealed", Base64.getEncoder().encodeToString(bytes));
  }

  @Test
  void refusesSecretsOfAnotherForm() throws Exception {
    Map<String, Object> secrets = new HashMap<>(host.secrets());
    secrets.put("version", 2);
    assertThat(worker.put(vaultPath(host), secrets).problem())
        .isEqualTo("400 PROVER_VAULT_MALFORMED");
    assertThat(worker.put("/v1/vault/instances/0x12", host.secrets()).problem())
        .isEqualTo("400 PROTOCOL_HEX_INVALID");
    for (String member : host.secrets().keySet()) {
      Map<String, Object> without = new HashMap<>(host.secrets());
      without.remove(member);
      TestCaller.Answer answer = worker.put(vaultPath(host), without);
      assertThat(answer.problem()).as(member).isEqualTo("400 SERVICE_BODY_UNREADABLE");
      requireNoSecretIn(answer);
    }
    for (String body : new String[] {"", "{}", "[]", "{\"covers\":[\"a secret", "null"}) {
      assertThat(worker.put(vaultPath(host), body).problem())
          .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[null]", "[{}]", "[7]", "{}"})
  void refusesFingerprintsThatAreNone(String fingerprints) throws Exception {
    Map<String, Object> secrets = new HashMap<>(host.secrets());
    secrets.put("fingerprints", JSON.readTree(fingerprints));
    TestCaller.Answer answer = worker.put(vaultPath(host), secrets);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem()).isIn("400 SERVICE_BODY_UNREADABLE", "400 PROVER_VAULT_MALFORMED");
  }

  private static void requireNoSecretIn(TestCaller.Answer answer) {
    assertThat(answer.body().toString()).doesNotContain("secret");
  }

  @Test
  void refusesABodyThatIsTooLarge() throws Exception {
    Map<String, Object> secrets = new HashMap<>(host.secrets());
    secrets.put("covers", List.of("x".repeat(LIMIT)));
    assertThat(worker.put(vaultPath(host), secrets).problem())
        .isEqualTo("413 SERVICE_BODY_TOO_LARGE");
    byte[] body = JSON.writeValueAsBytes(secrets);
    String token = TestToken.of(world.tokenKey(), world.worker.address(), "prover", later());
    HttpRequest withoutLength =
        HttpRequest.newBuilder(world.url().resolve(vaultPath(host)))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();
    var response = HTTP.send(withoutLength, BodyHandlers.ofString());
    assertThat(response.statusCode() + " " + JSON.readTree(response.body()).path("code"))
        .contains("413", "SERVICE_BODY_TOO_LARGE");
  }

  @Test
  void knowsNoAuditAndNoCaseThatIsNotThere() throws Exception {
    assertThat(operator.get("/v1/audits/" + UUID.randomUUID()).problem())
        .isEqualTo("404 PROVER_AUDIT_UNKNOWN");
    assertThat(operator.get("/v1/audits/one").problem()).isEqualTo("400 SERVICE_REQUEST_INVALID");
    assertThat(nobody().get("/v1/cases/" + UUID.randomUUID()).problem())
        .isEqualTo("404 PROVER_CASE_UNKNOWN");
    assertThat(nobody().get("/v1/cases/one").problem()).isEqualTo("400 SERVICE_REQUEST_INVALID");
    assertThat(nobody().get("/v1/cases").body().required("cases")).isEmpty();
    assertThat(nobody().get("/v1/vault/instances").problem())
        .isEqualTo("404 SERVICE_ROUTE_UNKNOWN");
    assertThat(worker.get(vaultPath(host)).problem()).isEqualTo("405 SERVICE_METHOD_UNKNOWN");
  }

  @ParameterizedTest
  @CsvSource({
    "oml.prover.vault.key-file,'',PROVER_VAULT_KEY_INVALID",
    "oml.prover.vault.key-file,missing.hex,PROVER_VAULT_KEY_INVALID",
    "oml.prover.account.keystore,'',SERVICE_SETTING_MISSING",
    "oml.prover.account.password-file,'',SERVICE_SETTING_MISSING",
    "oml.chain.addresses-file,'',SERVICE_SETTING_MISSING",
    "oml.prover.operators,me,SERVICE_SETTING_INVALID",
    "oml.prover.evidence.poll,0s,SERVICE_SETTING_INVALID"
  })
  void doesNotStartWith(String setting, String value, String code) {
    requireNoStart(Map.of("server.port", "0", setting, value), code);
  }

  @Test
  void doesNotStartWithAnotherVaultKeyThanTheVaultWasWrittenWith() {
    Path other = directory.resolve("other.hex");
    SecretFile.readOrDraw(other);
    requireNoStart(
        Map.of("server.port", "0", "oml.prover.vault.key-file", other.toString()),
        "PROVER_VAULT_UNREADABLE");
  }

  private static void requireNoStart(Map<String, String> changed, String code) {
    assertThatThrownBy(() -> run(changed).close())
        .satisfies(failure -> assertThat(TestSettings.refusal(failure)).startsWith(code));
  }

  private static Map<String, Object> order() {
    Map<String, Object> order = new HashMap<>();
    order.put("instanceId", host.instanceId().toString());
    order.put("endpoint", "http://127.0.0.1:1");
    order.put("keys", 1);
    order.put("covers", 0);
    return order;
  }

  private static TestCaller nobody() {
    return new TestCaller(world.url(), "");
  }

  private static TestCaller withToken(String audience, Instant expiresAt) throws Exception {
    return new TestCaller(
        world.url(), TestToken.of(world.tokenKey(), world.operator.address(), audience, expiresAt));
  }

  private static Instant later() {
    return Instant.now().plusSeconds(600);
  }

  private static String vaultPath(TestHost of) {
    return "/v1/vault/instances/" + of.instanceId();
  }
}
