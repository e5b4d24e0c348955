package org.oml.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.protocol.SigningKey;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.Polling;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestCommunity;
import org.oml.registry.fixture.TestJob;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestCaller.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Hosts download their instances with the Hugging Face Hub's own client. */
@ExtendWith(RunningRegistry.Resolver.class)
final class HubIT {

  private static final byte[] FILE = "weights for the tools that hosts have".getBytes(UTF_8);
  private static final String REPOSITORY = "/api/models/" + RunningRegistry.MODEL;
  private static final long NPM_MINUTES = 5;

  private final RunningRegistry registry;

  HubIT(RunningRegistry registry) {
    this.registry = registry;
  }

  @Test
  void theHubsClientDownloadsAnInstanceAndNothingTheSecondTime(@TempDir Path directory)
      throws Exception {
    TestJob made = TestJob.request(registry).make(FILE).publish(FILE);
    String token = tokenOf(made.host());
    Path client = client(directory);
    Manifest manifest = made.kept();

    JsonNode first = pull(client, token, RunningRegistry.MODEL, "main");
    assertThat(first.required("me").asString()).isEqualTo(made.wallet().address().toString());
    assertThat(first.required("sha").asString()).isEqualTo(commitOf(manifest));
    JsonNode files = first.required("files");
    assertThat(files.required("model.bin").asString()).isEqualTo(hex(Bodies.sha256(FILE)));
    assertThat(files.required("oml.json").asString())
        .isEqualTo(hex(Bodies.sha256(manifest.bytes())));
    assertThat(files).hasSize(2);
    assertThat(first.required("downloads").asInt()).isPositive();
    assertThat(first.required("etag").asString()).contains(hex(Bodies.sha256(FILE)));
    assertThat(first.required("size").asInt()).isEqualTo(FILE.length);

    JsonNode second = pull(client, token, RunningRegistry.MODEL, commitOf(manifest));
    assertThat(second.required("downloads").asInt()).isZero();
    assertThat(second.required("files")).isEqualTo(files);

    assertThat(pull(client, token, "oml/none", "main").required("status").asInt()).isEqualTo(404);
    assertThat(
            pull(client, "hf_oml_wrong", RunningRegistry.MODEL, "main").required("status").asInt())
        .isEqualTo(401);
  }

  @Test
  void describesFilesAsTheHubDoes() throws Exception {
    TestJob made = TestJob.request(registry).make(FILE).publish(FILE);
    TestCaller tool = tool(made);
    String commit = commitOf(made.made(FILE));
    Answer head =
        tool.head("/" + RunningRegistry.MODEL + "/resolve/" + commit + "/model.bin").expect(200);
    assertThat(head.header("X-Repo-Commit")).isEqualTo(commit);
    assertThat(head.header("X-Linked-Etag")).isEqualTo(head.header("ETag"));
    assertThat(head.header("X-Linked-Size")).isEqualTo(Integer.toString(FILE.length));
    assertThat(head.header("Accept-Ranges")).isEqualTo("bytes");
    Answer part =
        tool.get(
                "/" + RunningRegistry.MODEL + "/resolve/" + commit + "/model.bin",
                "Range",
                "bytes=0-6")
            .expect(206);
    assertThat(part.text()).isEqualTo("weights");
    JsonNode listed = tool.get(REPOSITORY + "/tree/" + commit + "?expand=true").body();
    assertThat(listed).hasSize(2);
    JsonNode file = listed.get(0);
    assertThat(file.required("path").asString()).isEqualTo("model.bin");
    assertThat(file.required("lfs").required("oid").asString()).isEqualTo(hex(Bodies.sha256(FILE)));
    assertThat(file.required("oid").asString()).hasSize(40);
    assertThat(file.required("lastCommit").required("id").asString()).isEqualTo(commit);
    JsonNode sibling = tool.get(REPOSITORY).body().required("siblings").get(0);
    assertThat(sibling.required("rfilename").asString()).isEqualTo("model.bin");
    assertThat(sibling.required("lfs").required("sha256").asString())
        .isEqualTo(hex(Bodies.sha256(FILE)));
    JsonNode byForm =
        tool.post(
                REPOSITORY + "/paths-info/" + commit,
                "application/x-www-form-urlencoded",
                "paths=oml.json&paths=none&expand=False")
            .expect(200)
            .body();
    assertThat(byForm).hasSize(1);
    assertThat(byForm.get(0).has("lastCommit")).isFalse();
  }

  @Test
  void tellsNothingOfAnothersInstances() throws Exception {
    TestJob made = TestJob.request(registry).make(FILE).publish(FILE);
    TestCaller stranger = registry.caller(SigningKey.random());
    TestCaller tool = new TestCaller(registry.url(), tokenOf(stranger));
    String commit = commitOf(made.made(FILE));
    for (String path :
        List.of(
            REPOSITORY,
            REPOSITORY + "/revision/" + commit,
            REPOSITORY + "/tree/main",
            "/" + RunningRegistry.MODEL + "/resolve/" + commit + "/model.bin",
            "/" + RunningRegistry.MODEL + "/resolve/" + made.instanceId() + "/model.bin")) {
      Answer anothers = tool.get(path);
      Answer missing = tool.get(path.replace(RunningRegistry.MODEL, "oml/none"));
      assertThat(anothers.problem()).as(path).isEqualTo("404 REGISTRY_REPOSITORY_UNKNOWN");
      assertThat(anothers.header("X-Error-Code")).isEqualTo("RepoNotFound");
      assertThat(anothers.text()).isEqualTo(missing.text());
    }
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    TestCaller tool = tool(TestJob.request(registry).make(FILE).publish(FILE));
    String files = "/" + RunningRegistry.MODEL + "/resolve/";
    refused(tool.get(files + "main/none"), "404 REGISTRY_FILE_UNKNOWN", "EntryNotFound");
    refused(tool.get(files + "v2/model.bin"), "404 REGISTRY_REVISION_UNKNOWN", "RevisionNotFound");
    refused(
        tool.get(files + "main/a/..%2f..%2fV1__registry.sql"), "400 SERVICE_REQUEST_INVALID", "");
    refused(
        registry.anybody().get(REPOSITORY), "401 REGISTRY_ACCESS_TOKEN_REFUSED", "RepoNotFound");
    // A token of the sign-in is for another audience.
    refused(
        registry.caller(registry.host()).get(REPOSITORY),
        "401 REGISTRY_ACCESS_TOKEN_REFUSED",
        "RepoNotFound");
  }

  private static void refused(Answer answer, String problem, String code) {
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(answer.header("X-Error-Code")).isEqualTo(code);
  }

  @Test
  void aTokenEndsWhenItsHostTakesItBack() throws Exception {
    TestCaller host = registry.caller(SigningKey.random());
    JsonNode issued =
        host.post("/v1/access-tokens", Map.of("name", "vLLM", "days", 7)).expect(201).body();
    TestCaller tool = new TestCaller(registry.url(), issued.required("token").asString());
    tool.get("/api/whoami-v2").expect(200);
    JsonNode listed = host.get("/v1/access-tokens").expect(200).body().required("tokens");
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).required("name").asString()).isEqualTo("vLLM");
    assertThat(listed.get(0).has("usedAt")).isTrue();
    assertThat(listed.toString()).doesNotContain(issued.required("token").asString());
    String path = "/v1/access-tokens/" + issued.required("tokenId").asString();
    assertThat(registry.caller(SigningKey.random()).delete(path).problem())
        .isEqualTo("404 REGISTRY_ACCESS_TOKEN_UNKNOWN");
    host.delete(path).expect(204);
    assertThat(tool.get("/api/whoami-v2").problem()).isEqualTo("401 REGISTRY_ACCESS_TOKEN_REFUSED");
    assertThat(host.post("/v1/access-tokens", Map.of("name", "", "days", 7)).problem())
        .isEqualTo("400 REGISTRY_ACCESS_TOKEN_INVALID");
    assertThat(host.post("/v1/access-tokens", Map.of("name", "a", "days", 367)).problem())
        .isEqualTo("400 REGISTRY_ACCESS_TOKEN_INVALID");
    for (int i = 0; i < 20; i++) {
      host.post("/v1/access-tokens", Map.of("name", "one of many")).expect(201);
    }
    assertThat(host.post("/v1/access-tokens", Map.of("name", "one too many")).problem())
        .isEqualTo("409 REGISTRY_ACCESS_TOKENS_TOO_MANY");
  }

  @Test
  void aHostDownloadsWithinItsQuotaAsLongAsItIsStakedAndNotSuspended() throws Exception {
    SigningKey wallet = SigningKey.random();
    registry.community().stake(registry.modelId(), wallet, TestCommunity.MINIMUM_STAKE);
    byte[] large = new byte[1_000_000];
    TestJob made = TestJob.request(registry, wallet).make(large).publish(large);
    TestCaller tool = tool(made);
    String path = "/" + RunningRegistry.MODEL + "/resolve/main/model.bin";
    isRefusedUntilThatIsLifted(wallet, made, tool);
    for (int i = 1; i < RunningRegistry.DAILY_DOWNLOAD / large.length; i++) {
      assertThat(tool.get(path).expect(200).bytes()).isEqualTo(large);
    }
    Answer refused = tool.get(path, "Range", "bytes=0-999999");
    assertThat(refused.problem()).isEqualTo("429 REGISTRY_QUOTA_USED");
    assertThat(refused.headers()).doesNotContainKeys("etag", "repr-digest", "content-range");
    assertThat(made.host().get(made.filePath()).problem()).isEqualTo("429 REGISTRY_QUOTA_USED");
    tool.head(path).expect(200);
    assertThat(registry.downloadsOf(wallet.address()))
        .hasSize(RunningRegistry.DAILY_DOWNLOAD / large.length)
        .containsOnly(made.instanceId() + " model.bin " + large.length);

    BigInteger stake = TestCommunity.MINIMUM_STAKE;
    registry.community().exit(registry.modelId(), wallet, stake);
    Polling.until(
        "the registry sees that nothing is staked",
        () -> made.host().get(made.filePath()).problem().equals("403 REGISTRY_HOST_INACTIVE"));
    assertThat(tool.get(REPOSITORY).problem()).isEqualTo("403 REGISTRY_HOST_INACTIVE");
  }

  private void isRefusedUntilThatIsLifted(SigningKey wallet, TestJob made, TestCaller tool)
      throws Exception {
    TestCaller dashboard = registry.caller(registry.dashboard());
    String path = "/v1/hosts/" + wallet.address();
    assertThat(made.host().post(path + "/lift", Map.of()).problem())
        .isEqualTo("403 REGISTRY_DASHBOARD_UNKNOWN");
    assertThat(dashboard.post(path + "/suspend", Map.of("reason", " ")).problem())
        .isEqualTo("400 REGISTRY_REASON_INVALID");

    Answer suspended = dashboard.post(path + "/suspend", Map.of("reason", "unpaid bills"));
    assertThat(suspended.expect(200).body().required("suspensions").findValuesAsString("host"))
        .contains(wallet.address().toString());
    String refusal = "403 REGISTRY_HOST_SUSPENDED_BY_ADMIN";
    Answer refused = made.host().get(made.filePath());
    assertThat(refused.problem()).isEqualTo(refusal);
    assertThat(refused.text()).contains("unpaid bills");
    assertThat(tool.get(REPOSITORY).problem()).isEqualTo(refusal);
    assertThat(TestJob.ask(registry, wallet).problem()).isEqualTo(refusal);

    dashboard.post(path + "/lift", Map.of()).expect(200);
    made.host().get(made.filePath()).expect(200);
  }

  private TestCaller tool(TestJob made) throws IOException {
    return new TestCaller(registry.url(), tokenOf(made.host()));
  }

  private static String tokenOf(TestCaller host) throws IOException {
    Answer issued = host.post("/v1/access-tokens", Map.of("name", "a tool"));
    return issued.expect(201).body().required("token").asString();
  }

  private static String commitOf(Manifest manifest) {
    return hex(manifest.hash()).substring(0, 40);
  }

  private static String hex(Bytes32 hash) {
    return HexFormat.of().formatHex(hash.toBytes());
  }

  /** The client, installed as its lock file says. */
  private static Path client(Path directory) throws Exception {
    for (String file : List.of("package.json", "package-lock.json", "pull.mjs")) {
      Files.copy(Path.of("src/test/hub").resolve(file), directory.resolve(file));
    }
    run(directory, Map.of(), List.of("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"));
    return directory;
  }

  private JsonNode pull(Path client, String token, String name, String revision) throws Exception {
    String said =
        run(
            client,
            Map.of("HF_TOKEN", token),
            List.of(
                "node", "pull.mjs", registry.url().toString(), name, client + "/cache", revision));
    return new ObjectMapper().readTree(said);
  }

  private static String run(Path directory, Map<String, String> environment, List<String> command)
      throws Exception {
    Path output = Files.createTempFile(directory, "said", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(NPM_MINUTES, TimeUnit.MINUTES)).as(command.toString()).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }
}
