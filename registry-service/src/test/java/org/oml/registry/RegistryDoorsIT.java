package org.oml.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.Address;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.SigningKey;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestJob;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestCaller.Answer;
import org.oml.servicekit.fixture.TestTokens;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What must not come in: at each call of the registry, a problem with a code says why. */
@ExtendWith(RunningRegistry.Resolver.class)
final class RegistryDoorsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "0x" + "ab".repeat(32);
  private static final String JOB = "/v1/jobs/00000000-0000-0000-0000-000000000000";
  private static final byte[] FILE = "a file".getBytes(UTF_8);

  private final RunningRegistry registry;

  RegistryDoorsIT(RunningRegistry registry) {
    this.registry = registry;
  }

  private TestCaller worker() throws IOException {
    return registry.caller(registry.worker());
  }

  private TestCaller owner() throws IOException {
    return registry.caller(registry.community().owner());
  }

  @Test
  void noSignatureButTheAccountsOwnSignsIn() throws Exception {
    SigningKey account = SigningKey.random();
    String message = registry.anybody().challenge(account);
    assertThat(signIn(message, SigningKey.random().signMessage(message).toString()))
        .isEqualTo("401 SERVICE_SIGN_IN_REFUSED");
    assertThat(signIn(message, "0x" + "ff".repeat(65))).isEqualTo("400 PROTOCOL_SIGNATURE_INVALID");
    assertThat(signIn("Let me in.", account.signMessage("Let me in.").toString()))
        .isEqualTo("400 PROTOCOL_SIGN_IN_MALFORMED");
    assertThat(signIn(message, account.signMessage(message).toString())).isEqualTo("200");
  }

  private String signIn(String message, String signature) throws IOException {
    return registry
        .anybody()
        .post("/v1/sign-in", Map.of("message", message, "signature", signature))
        .problem();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/instances",
    "POST,/v1/instances",
    "GET,/v1/instances/ID",
    "GET,/v1/instances/ID/files/model.bin",
    "POST,/v1/instances/ID/acceptance",
    "PATCH,/v1/models/oml/tiny/blobs/ID",
    "GET,/v1/models/oml/tiny/blobs/ID",
    "PUT,/v1/models/oml/tiny/aliases/main",
    "GET,/v1/models/oml/tiny/files/model.bin",
    "POST,/v1/models/oml/tiny",
    "POST,/v1/jobs/lease",
    "POST,JOB/heartbeat",
    "PUT,JOB/files/model.bin",
    "POST,JOB/complete",
    "POST,JOB/fail"
  })
  void noTokenOpensACallButALivingOneOfThisVeryService(String method, String path)
      throws Exception {
    String target = path.replace("ID", ID).replace("JOB", JOB);
    assertThat(call(method, target, "")).isEqualTo("401 SERVICE_TOKEN_MISSING");
    for (String token : badTokens(registry.worker().address())) {
      assertThat(call(method, target, token)).isEqualTo("401 SERVICE_TOKEN_REFUSED");
    }
  }

  private String call(String method, String target, String token) throws IOException {
    List<String> headers =
        List.of("Content-Type: application/json", "Content-Length: " + FILE.length);
    TestCaller caller = registry.anybody().with(token);
    return method.equals("GET")
        ? caller.exactly(method, target, List.of(), new byte[0]).problem()
        : caller.exactly(method, target, headers, FILE).problem();
  }

  private List<String> badTokens(Address account) throws Exception {
    TestTokens tokens = registry.tokens();
    Instant later = Instant.now().plusSeconds(600);
    requireGood(tokens, account, later);
    return List.of(
        tokens.signed("registry", "registry", account, Instant.now().minusSeconds(1)),
        tokens.signed("registry", "permission", account, later),
        tokens.signed("permission", "registry", account, later),
        new TestTokens("22".repeat(32)).signed("registry", "registry", account, later),
        TestTokens.unsigned("registry", "registry", account, later));
  }

  /** Otherwise the bad ones could be refused for being made badly. */
  private void requireGood(TestTokens tokens, Address account, Instant later)
      throws IOException, JOSEException {
    String good = tokens.signed("registry", "registry", account, later);
    registry.anybody().with(good).get("/v1/instances").expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/sign-in/challenge",
        "/v1/sign-in",
        "/v1/models/oml/tiny",
        "/v1/instances",
        "/v1/instances/ID/acceptance",
        "/v1/jobs/lease",
        "JOB/heartbeat",
        "JOB/complete",
        "JOB/fail"
      })
  void noBodyComesInThatIsTooLargeOrNotTheJsonOfTheCall(String path) throws Exception {
    String target = path.replace("ID", ID).replace("JOB", JOB);
    TestCaller caller = worker();
    List<String> stated = List.of("Content-Type: application/json", "Content-Length: 9000000");
    assertThat(caller.exactly("POST", target, stated, new byte[0]).problem())
        .isEqualTo("413 SERVICE_BODY_TOO_LARGE");
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "null",
            "7",
            "{}",
            "{\"unknown\":{\"a\":1,\"a\":2}}",
            "{\"leaseToken\":\"not a token\"}",
            "[".repeat(2000))) {
      assertThat(caller.post(target, "application/json", body).problem())
          .as(body)
          .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    }
    List<String> cut = List.of("Content-Type: application/json", "Content-Length: 500");
    assertThat(caller.exactly("POST", target, cut, "{\"a\":".getBytes(UTF_8)).problem())
        .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    assertThat(caller.post(target, "text/plain", "{}").problem())
        .isEqualTo("415 SERVICE_MEDIA_TYPE_UNKNOWN");
  }

  @Test
  void noBodyComesInThatRepeatsAKeyAtAnyDepth() throws Exception {
    SigningKey wallet = registry.host();
    LicenceAcceptance acceptance = registry.acceptance(wallet);
    String good =
        JSON.writeValueAsString(
            Bodies.request(
                RunningRegistry.MODEL,
                acceptance,
                wallet.sign(acceptance.digest(registry.community().addresses().signingDomain()))));
    TestCaller host = registry.caller(wallet);
    for (String twice :
        List.of(
            good.replaceFirst("\\{", "{\"model\":\"oml/other\","),
            good.replace("\"nonce\"", "\"nonce\":\"7\",\"nonce\""),
            good.replace("\"nonce\"", "\"n\\u006fnce\":\"7\",\"nonce\""))) {
      assertThat(host.post("/v1/instances", "application/json", twice).problem())
          .as(twice)
          .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    }
    String publication =
        JSON.writeValueAsString(
            Bodies.publication(registry.modelId(), RunningRegistry.LICENCE, registry.manifest()));
    assertThat(
            owner()
                .post(
                    RunningRegistry.MODEL_PATH,
                    "application/json",
                    publication.replace("\"kind\"", "\"kind\":\"instance\",\"kind\""))
                .problem())
        .isEqualTo("400 SERVICE_BODY_UNREADABLE");
    host.post("/v1/instances", "application/json", good).expect(202);
  }

  @ParameterizedTest
  @CsvSource({
    "termsVersion,-1,PROTOCOL_VALUE_OUT_OF_RANGE",
    "termsVersion,2147483648,SERVICE_BODY_UNREADABLE",
    "termsVersion,1.5,SERVICE_BODY_UNREADABLE",
    "termsVersion,1e999,SERVICE_BODY_UNREADABLE",
    "deadline,-1,PROTOCOL_VALUE_OUT_OF_RANGE",
    "deadline,9223372036854775808,SERVICE_BODY_UNREADABLE",
    "deadline,99999999999999999999999999999999999,SERVICE_BODY_UNREADABLE",
    "nonce,-1,PROTOCOL_VALUE_OUT_OF_RANGE",
    "nonce,115792089237316195423570985008687907853269984665640564039457584007913129639936,PROTOCOL_VALUE_OUT_OF_RANGE",
    "nonce,1e5,PROTOCOL_VALUE_OUT_OF_RANGE",
    "nonce,01,SERVICE_BODY_UNREADABLE",
    "host,-1,PROTOCOL_ADDRESS_INVALID",
    "modelId,-1,PROTOCOL_HEX_INVALID",
    "gatewayKey,null,SERVICE_BODY_UNREADABLE"
  })
  void noNumberComesInThatItsTypeDoesNotHold(String member, String value, String code)
      throws Exception {
    SigningKey wallet = registry.host();
    LicenceAcceptance acceptance = registry.acceptance(wallet);
    Map<String, Object> body =
        Bodies.request(
            RunningRegistry.MODEL,
            acceptance,
            wallet.sign(acceptance.digest(registry.community().addresses().signingDomain())));
    Map<String, Object> members = Bodies.members(acceptance);
    members.put(member, "HERE");
    body.put("acceptance", members);
    String text = JSON.writeValueAsString(body).replace("\"HERE\"", value);
    assertThat(registry.caller(wallet).post("/v1/instances", "application/json", text).problem())
        .isEqualTo("400 " + code);
  }

  @ParameterizedTest
  @CsvSource({
    "/../../etc/passwd,400 PROTOCOL_MANIFEST_INVALID",
    "/..,400 PROTOCOL_MANIFEST_INVALID",
    "/%2e%2e/%2e%2e/secret,400 PROTOCOL_MANIFEST_INVALID",
    "/a/../../b,400 PROTOCOL_MANIFEST_INVALID",
    "/..%2fsecret,400 SERVICE_REQUEST_INVALID",
    "/..%5csecret,400 SERVICE_REQUEST_INVALID",
    "/%252e%252e%252fsecret,400 PROTOCOL_MANIFEST_INVALID",
    "/a%00b,400 SERVICE_REQUEST_INVALID",
    "/a%20b,400 PROTOCOL_MANIFEST_INVALID",
    "//etc/passwd,400 PROTOCOL_MANIFEST_INVALID",
    "/oml.json,400 PROTOCOL_MANIFEST_INVALID",
    "/,400 PROTOCOL_MANIFEST_INVALID",
    "/-%C3%BC,400 PROTOCOL_MANIFEST_INVALID"
  })
  void noNameOfAFileLeadsOutOfTheModel(String name, String problem) throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    List<String> before = registry.storedFiles();
    Answer refused =
        put(
            worker(),
            TestJob.pathOf(job) + "/files" + name,
            job,
            "Repr-Digest: " + Bodies.digest(FILE));
    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(registry.storedFiles()).isEqualTo(before);
    made.fail(job).expect(204);
  }

  private static Answer put(TestCaller caller, String target, JsonNode job, String... more)
      throws IOException {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.add("OML-Lease: " + TestJob.tokenOf(job));
    headers.add("Content-Length: " + FILE.length);
    return caller.exactly("PUT", target, headers, FILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "%2e%2e/%2e%2e/x", "a/../../x", "..;/x"})
  void noNameOfADownloadLeadsOutOfTheModel(String name) throws Exception {
    Answer refused =
        owner()
            .exactly("GET", RunningRegistry.MODEL_PATH + "/files/" + name, List.of(), new byte[0]);
    assertThat(refused.status()).isBetween(400, 404);
    assertThat(refused.problem()).isIn("404 REGISTRY_FILE_UNKNOWN", "404 SERVICE_ROUTE_UNKNOWN");
  }

  @Test
  void anUploadWhoseHashLiesLeavesNothing() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    List<String> before = registry.storedFiles();
    String lie = Bodies.digest("something else".getBytes(UTF_8));
    String path = TestJob.pathOf(job) + "/files/" + RunningRegistry.FILE;
    assertThat(put(worker(), path, job, "Repr-Digest: " + lie).problem())
        .isEqualTo("400 REGISTRY_DIGEST_DIFFERS");
    assertThat(
            worker()
                .putChunked(path, FILE, "OML-Lease", TestJob.tokenOf(job), "Repr-Digest", lie)
                .problem())
        .isEqualTo("400 REGISTRY_DIGEST_DIFFERS");
    assertThat(put(worker(), path, job).problem()).isEqualTo("400 REGISTRY_DIGEST_MISSING");
    for (String digest : List.of("md5=:AAAA:", "sha-256=:AAAA:", "sha-256=abc", "")) {
      assertThat(put(worker(), path, job, "Repr-Digest: " + digest).problem())
          .isEqualTo("400 REGISTRY_DIGEST_MISSING");
    }
    requireNothingCame(made, job, before);
  }

  @Test
  void anUploadThatIsCutInTheMiddleLeavesNothing() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    List<String> before = registry.storedFiles();
    byte[] whole = new byte[100_000];
    List<String> headers =
        List.of(
            "OML-Lease: " + TestJob.tokenOf(job),
            "Repr-Digest: " + Bodies.digest(whole),
            "Content-Length: " + whole.length);
    String path = TestJob.pathOf(job) + "/files/" + RunningRegistry.FILE;
    Answer refused = worker().exactly("PUT", path, headers, new byte[40_000]);
    assertThat(refused.problem()).isEqualTo("400 REGISTRY_UPLOAD_CUT");
    requireNothingCame(made, job, before);
  }

  @Test
  void anUploadThatIsTooLargeLeavesNothing() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    List<String> before = registry.storedFiles();
    byte[] large = new byte[RunningRegistry.LARGEST_FILE + 1];
    String[] headers = {"OML-Lease", TestJob.tokenOf(job), "Repr-Digest", Bodies.digest(large)};
    String path = TestJob.pathOf(job) + "/files/" + RunningRegistry.FILE;
    assertThat(worker().put(path, large, headers).problem())
        .isEqualTo("413 REGISTRY_FILE_TOO_LARGE");
    assertThat(worker().putChunked(path, large, headers).problem())
        .isEqualTo("413 REGISTRY_FILE_TOO_LARGE");
    List<String> stated =
        List.of(
            "OML-Lease: " + TestJob.tokenOf(job),
            "Repr-Digest: " + Bodies.digest(large),
            "Content-Length: 9223372036854775807");
    assertThat(worker().exactly("PUT", path, stated, new byte[0]).problem())
        .isEqualTo("413 REGISTRY_FILE_TOO_LARGE");
    requireNothingCame(made, job, before);
  }

  private void requireNothingCame(TestJob made, JsonNode job, List<String> before)
      throws Exception {
    assertThat(registry.storedFiles()).isEqualTo(before);
    assertThat(made.complete(job, made.made(FILE)).problem())
        .isEqualTo("409 REGISTRY_RESULT_DIFFERS");
    made.fail(job).expect(204);
  }

  @Test
  void aLeaseIsNoPathAndNoGuess() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    String file = "/files/model.bin";
    String digest = Bodies.digest(FILE);
    TestCaller worker = worker();
    assertThat(worker.put(TestJob.pathOf(job) + file, FILE, "Repr-Digest", digest).problem())
        .isEqualTo("400 SERVICE_REQUEST_INVALID");
    assertThat(
            worker
                .put(TestJob.pathOf(job) + file, FILE, "Repr-Digest", digest, "OML-Lease", "guess")
                .problem())
        .isEqualTo("400 SERVICE_REQUEST_INVALID");
    String other = "00000000-0000-0000-0000-000000000000";
    assertThat(
            worker
                .put(TestJob.pathOf(job) + file, FILE, "Repr-Digest", digest, "OML-Lease", other)
                .problem())
        .isEqualTo("409 REGISTRY_LEASE_LOST");
    assertThat(worker.post("/v1/jobs/-1/fail", Map.of("leaseToken", other, "code", "X")).problem())
        .isEqualTo("400 SERVICE_REQUEST_INVALID");
    assertThat(worker.post(JOB + "/fail", Map.of("leaseToken", other, "code", "X")).problem())
        .isEqualTo("409 REGISTRY_LEASE_LOST");
    made.fail(job).expect(204);
  }

  /** A database keeps no text with a NUL in it, and shows say no more than fits. */
  @Test
  void wordsOfAWorkerAreTakenWhateverTheyAre() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    String words = "\0" + "x".repeat(10_000);
    made.worker()
        .post(
            TestJob.pathOf(job) + "/heartbeat",
            Map.of(
                "leaseToken",
                TestJob.tokenOf(job),
                "progress",
                Map.of("step", words, "share", -7e300, "detail", words)))
        .expect(200);
    JsonNode progress = made.host().get(made.path()).body().required("progress");
    assertThat(progress.required("share").asDouble()).isZero();
    assertThat(progress.required("step").asString()).hasSize(500);
    made.worker()
        .post(
            TestJob.pathOf(job) + "/fail",
            Map.of("leaseToken", TestJob.tokenOf(job), "code", words, "detail", words))
        .expect(204);
    made.worker()
        .post("/v1/jobs/lease", Map.of("worker", words, "leaseToken", UUID.randomUUID().toString()))
        .expect(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/instances/-1,404 REGISTRY_INSTANCE_UNKNOWN",
    "/v1/instances/99999999999999999999999,404 REGISTRY_INSTANCE_UNKNOWN",
    "/v1/instances/0xABAB,404 REGISTRY_INSTANCE_UNKNOWN",
    "/v1/instances/%2e%2e,404 REGISTRY_INSTANCE_UNKNOWN",
    "/v1/instances/..%2f..,400 SERVICE_REQUEST_INVALID",
    "/v1/models/OML/tiny,404 REGISTRY_MODEL_UNKNOWN",
    "/v1/models/oml/..,404 REGISTRY_MODEL_UNKNOWN",
    "/v1/models/oml/%00,400 SERVICE_REQUEST_INVALID",
    "/v1/nothing,404 SERVICE_ROUTE_UNKNOWN"
  })
  void noPathLeadsElsewhere(String target, String problem) throws Exception {
    assertThat(owner().exactly("GET", target, List.of(), new byte[0]).problem()).isEqualTo(problem);
  }

  @Test
  void noMethodServesThatACallDoesNotKnow() throws Exception {
    for (String path : List.of("/v1/instances", "/v1/models/oml/tiny", "/v1/jobs/lease")) {
      assertThat(worker().exactly("DELETE", path, List.of(), new byte[0]).problem())
          .isEqualTo("405 SERVICE_METHOD_UNKNOWN");
    }
  }
}
