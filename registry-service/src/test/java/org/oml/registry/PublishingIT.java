package org.oml.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.SigningKey;
import org.oml.protocol.client.FileUpload;
import org.oml.protocol.client.ServiceClient;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestJob;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestCaller.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a base model comes into a registry: its files by their content, its revisions, its aliases.
 */
@ExtendWith(RunningRegistry.Resolver.class)
final class PublishingIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REVISIONS = RunningRegistry.MODEL_PATH + "/revisions";

  private final RunningRegistry registry;

  PublishingIT(RunningRegistry registry) {
    this.registry = registry;
  }

  private TestCaller owner() throws IOException {
    return registry.caller(registry.community().owner());
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Answer send(TestCaller caller, byte[] file, int from, int to) throws IOException {
    return send(
        caller, Bodies.blobPath(file), Arrays.copyOfRange(file, from, to), from, file.length);
  }

  private static Answer send(TestCaller caller, String path, byte[] part, long from, long length)
      throws IOException {
    return caller.patch(
        path, part, "Upload-Offset", Long.toString(from), "Upload-Length", Long.toString(length));
  }

  private static String state(Answer answer) {
    JsonNode body = answer.expect(200).body();
    return body.required("offset").asString()
        + (body.required("complete").asBoolean() ? " complete" : "");
  }

  private List<String> kept() throws IOException {
    return registry.storedFiles().stream().filter(name -> name.matches("[0-9a-f]{2}/.*")).toList();
  }

  @Test
  void anUploadGoesOnWhereItWasThoughTheRegistryDies() throws Exception {
    byte[] file = bytes(300_000, 1);
    List<String> before = kept();
    assertThat(state(owner().get(Bodies.blobPath(file)))).isEqualTo("0");
    assertThat(state(send(owner(), file, 0, 100_000))).isEqualTo("100000");
    registry.killAndStartAgain();
    assertThat(state(owner().get(Bodies.blobPath(file)))).isEqualTo("100000");
    for (int wrong : new int[] {0, 99_999, 100_001}) {
      assertThat(send(owner(), file, wrong, 200_000).problem())
          .isEqualTo("409 REGISTRY_UPLOAD_OFFSET_DIFFERS");
    }
    assertThat(state(send(owner(), file, 100_000, 200_000))).isEqualTo("200000");
    assertThat(kept()).isEqualTo(before);
    assertThat(state(send(owner(), file, 200_000, 300_000))).isEqualTo("300000 complete");
    assertThat(state(send(owner(), file, 0, 300_000))).isEqualTo("300000 complete");
    assertThat(kept()).hasSize(before.size() + 1);
  }

  @Test
  void whatCameOfAnUploadThatWasCutIsKeptAndNotVisible() throws Exception {
    byte[] file = bytes(90_000, 2);
    List<String> before = kept();
    List<String> headers =
        List.of("Upload-Offset: 0", "Upload-Length: 90000", "Content-Length: 90000");
    Answer cut =
        owner().exactly("PATCH", Bodies.blobPath(file), headers, Arrays.copyOf(file, 70_000));
    assertThat(cut.problem()).isEqualTo("400 REGISTRY_UPLOAD_CUT");
    int come = Integer.parseInt(state(owner().get(Bodies.blobPath(file))));
    assertThat(come).isBetween(1, 70_000);
    assertThat(kept()).isEqualTo(before);
    assertThat(publish(revision(file)).problem()).isEqualTo("409 REGISTRY_FILE_MISSING");
    assertThat(state(send(owner(), file, come, 90_000))).isEqualTo("90000 complete");
  }

  @Test
  void theClientSendsWhatIsMissingAndNothingTwice(@TempDir Path directory) throws Exception {
    byte[] file = bytes(500_000, 3);
    Files.write(directory.resolve("weights.bin"), file);
    send(owner(), file, 0, 123_456).expect(200);
    var named = new ManifestFile("weights.bin", file.length, Bodies.sha256(file));
    AtomicLong sent = new AtomicLong();
    ServiceClient client =
        new ServiceClient(registry.url(), registry.community().owner(), Duration.ofSeconds(30));
    FileUpload upload =
        new FileUpload(
            client,
            RunningRegistry.MODEL_PATH + "/blobs/",
            (path, bytes) -> sent.addAndGet(bytes),
            50_000);
    upload.send(named, directory);
    assertThat(sent).hasValue(file.length);
    Files.write(directory.resolve("weights.bin"), new byte[0]);
    upload.send(named, directory);
    assertThat(state(owner().get(Bodies.blobPath(file)))).isEqualTo("500000 complete");
  }

  @Test
  void anUploadThatLiesLeavesNothing() throws Exception {
    byte[] file = bytes(1_000, 4);
    String path = Bodies.blobPath(file);
    List<String> before = registry.storedFiles();
    assertThat(send(owner(), path, bytes(1_000, 5), 0, 1_000).problem())
        .isEqualTo("400 REGISTRY_DIGEST_DIFFERS");
    assertThat(registry.storedFiles()).isEqualTo(before);
    assertThat(send(owner(), path, file, 0, -1).problem())
        .isEqualTo("409 REGISTRY_UPLOAD_OFFSET_DIFFERS");
    assertThat(send(owner(), path, file, -5, 1_000).problem())
        .isEqualTo("409 REGISTRY_UPLOAD_OFFSET_DIFFERS");
    assertThat(send(owner(), path, file, 0, RunningRegistry.LARGEST_FILE + 1).problem())
        .isEqualTo("413 REGISTRY_FILE_TOO_LARGE");
    assertThat(send(owner(), path, file, 0, 10).problem()).isEqualTo("413 REGISTRY_FILE_TOO_LARGE");
    assertThat(send(owner(), path, file, 0, 1_000).problem())
        .as("it began with another length")
        .isEqualTo("409 REGISTRY_UPLOAD_OFFSET_DIFFERS");
    assertThat(owner().patch(path, file, "Upload-Offset", "0").problem())
        .isEqualTo("400 SERVICE_REQUEST_INVALID");
    assertThat(owner().patch(path, file, "Upload-Offset", "x", "Upload-Length", "1e3").problem())
        .isEqualTo("400 SERVICE_REQUEST_INVALID");
    assertThat(kept()).isEqualTo(before.stream().filter(kept()::contains).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/blobs/", "/blobs/..", "/blobs/0xAB", "/blobs/%2e%2e%2fsecret", "/blobs/../../x"})
  void noNameOfContentLeadsElsewhere(String rest) throws Exception {
    List<String> headers = List.of("Upload-Offset: 0", "Upload-Length: 1", "Content-Length: 1");
    Answer refused =
        owner().exactly("PATCH", RunningRegistry.MODEL_PATH + rest, headers, new byte[1]);
    assertThat(refused.status()).isIn(400, 404, 405);
    assertThat(refused.problem()).contains("SERVICE_");
  }

  @Test
  void aHashIsNoProofOfHavingAFile() throws Exception {
    byte[] file = bytes(2_000, 6);
    send(owner(), file, 0, 2_000).expect(200);
    TestCaller stranger = registry.caller(SigningKey.random());
    String elsewhere = "/v1/models/oml/other/blobs/" + Bodies.sha256(file);
    assertThat(stranger.get(Bodies.blobPath(file)).problem())
        .isEqualTo("403 REGISTRY_MODEL_NOT_YOURS");
    assertThat(stranger.get(elsewhere).problem()).isEqualTo("409 REGISTRY_MODEL_NOT_ON_CHAIN");
    byte[] instance = bytes(3_000, 7);
    TestJob.request(registry).make(instance);
    assertThat(publish(revision(instance)).problem())
        .as("an instance's weights, of which somebody knows the hash")
        .isEqualTo("409 REGISTRY_FILE_MISSING");
  }

  @Test
  void anAccountHoldsNoMoreThanItsQuota() throws Exception {
    String answered = "200";
    int begun = 0;
    while (answered.equals("200")) {
      String path = Bodies.blobPath(bytes(16, 1_000 + begun));
      answered = send(owner(), path, new byte[1], 0, RunningRegistry.LARGEST_FILE).problem();
      begun++;
    }
    assertThat(answered).isEqualTo("429 REGISTRY_UPLOAD_QUOTA_USED");
    assertThat(begun).isLessThan(RunningRegistry.UPLOAD_QUOTA / RunningRegistry.LARGEST_FILE + 2);
    registry.forgetUploads();
  }

  private Manifest revision(byte[] file) {
    Manifest base = registry.manifest();
    return new Manifest(
        base.model(),
        base.licenceHash(),
        1,
        Optional.empty(),
        List.of(new ManifestFile("model.bin", file.length, Bodies.sha256(file))));
  }

  private Answer publish(Manifest manifest) throws IOException {
    return owner()
        .post(
            RunningRegistry.MODEL_PATH,
            Bodies.publication(registry.modelId(), RunningRegistry.LICENCE, manifest));
  }

  private static String commit(Manifest manifest) {
    return manifest.hash().toString().substring(2, 42);
  }

  @Test
  void revisionsStayAndAliasesMove() throws Exception {
    byte[] file = bytes(4_000, 8);
    send(owner(), file, 0, 4_000).expect(200);
    Manifest further = revision(file);
    String first = commit(registry.manifest());
    JsonNode licensed = publish(further).expect(200).body();
    assertThat(Manifest.of(licensed.required("manifest")))
        .as("instances are made from the one on chain")
        .isEqualTo(registry.manifest());
    JsonNode listed = registry.anybody().get(REVISIONS).expect(200).body();
    assertThat(listed.required("aliases").required("main").asString()).isEqualTo(commit(further));
    assertThat(
            listed
                .required("revisions")
                .valueStream()
                .filter(one -> one.required("licensed").asBoolean())
                .map(one -> one.required("revision").asString()))
        .containsExactly(first);

    point("v1", first).expect(200);
    point("next", "main").expect(200);
    point("main", first).expect(200);
    publish(further).expect(200);
    JsonNode aliases = registry.anybody().get(REVISIONS).body().required("aliases");
    assertThat(aliases.required("v1").asString()).isEqualTo(first);
    assertThat(aliases.required("next").asString()).isEqualTo(commit(further));
    assertThat(aliases.required("main").asString())
        .as("publishing the same again moves nothing")
        .isEqualTo(first);
    for (String bad : List.of("..", "a%20b", "-x", "HEAD", first, "x".repeat(64))) {
      assertThat(point(bad, first).problem()).as(bad).isEqualTo("400 REGISTRY_ALIAS_INVALID");
    }
    assertThat(point("v2", "none").problem()).isEqualTo("404 REGISTRY_REVISION_UNKNOWN");
    assertThat(
            registry
                .caller(SigningKey.random())
                .put(RunningRegistry.MODEL_PATH + "/aliases/v1", Map.of("revision", first))
                .problem())
        .isEqualTo("403 REGISTRY_MODEL_NOT_YOURS");
  }

  private Answer point(String alias, String revision) throws IOException {
    return owner()
        .put(RunningRegistry.MODEL_PATH + "/aliases/" + alias, Map.of("revision", revision));
  }

  @Test
  void toolsOfTheHubSeeTheOwnersRevisionsAndAHostsInstancesByAlias() throws Exception {
    byte[] file = bytes(5_000, 9);
    send(owner(), file, 0, 5_000).expect(200);
    Manifest further = revision(file);
    publish(further).expect(200);
    point("stable", commit(registry.manifest())).expect(200);
    TestCaller tool = tool(owner());
    String resolve = "/" + RunningRegistry.MODEL + "/resolve/";
    assertThat(tool.get(resolve + commit(further) + "/model.bin").expect(200).bytes())
        .isEqualTo(file);
    Answer stable = tool.get(resolve + "stable/model.bin").expect(200);
    assertThat(stable.bytes()).isEqualTo(RunningRegistry.base());
    assertThat(stable.header("X-Repo-Commit")).isEqualTo(commit(registry.manifest()));

    byte[] weights = "an instance by alias".getBytes(UTF_8);
    TestJob made = TestJob.request(registry).make(weights).publish(weights);
    TestCaller host = tool(made.host());
    assertThat(host.get(resolve + "stable/model.bin").expect(200).bytes()).isEqualTo(weights);
    assertThat(host.get(resolve + commit(further) + "/model.bin").problem())
        .as("a base model is its owner's")
        .isEqualTo("404 REGISTRY_REVISION_UNKNOWN");
  }

  private TestCaller tool(TestCaller account) throws IOException {
    String token =
        account
            .post("/v1/access-tokens", Map.of("name", "a tool"))
            .expect(201)
            .body()
            .required("token")
            .asString();
    return new TestCaller(registry.url(), token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.bin",
        "/etc/passwd",
        "a/../../b",
        "a//b",
        "./a",
        "a\\\\b",
        "oml.json",
        "a b",
        "\\u0000",
        ""
      })
  void noManifestIsTakenWhosePathsLeadOutOfTheModel(String path) throws Exception {
    byte[] file = bytes(10, 10);
    send(owner(), file, 0, 10).expect(200);
    assertThat(publishWith("path", JSON.readTree("\"" + path + "\"").asString(), file))
        .isEqualTo("400 PROTOCOL_MANIFEST_INVALID");
  }

  @Test
  void noManifestIsTakenWhoseSizesOrHashesLie() throws Exception {
    byte[] file = bytes(10, 11);
    send(owner(), file, 0, 10).expect(200);
    assertThat(publishWith("size", "11", file)).isEqualTo("409 REGISTRY_FILE_MISSING");
    assertThat(publishWith("size", "-1", file)).isEqualTo("400 PROTOCOL_MANIFEST_INVALID");
    assertThat(publishWith("size", "1e1", file)).isEqualTo("400 PROTOCOL_MANIFEST_INVALID");
    assertThat(publishWith("sha256", Bytes32.parse("0x" + "ab".repeat(32)).toString(), file))
        .isEqualTo("409 REGISTRY_FILE_MISSING");
    assertThat(publishWith("sha256", "0xab", file)).startsWith("400 PROTOCOL_");
  }

  private String publishWith(String member, String value, byte[] file) throws IOException {
    ObjectNode manifest = (ObjectNode) revision(file).json();
    ((ObjectNode) ((ArrayNode) manifest.required("files")).get(0)).put(member, value);
    Map<String, Object> body =
        new HashMap<>(
            Bodies.publication(registry.modelId(), RunningRegistry.LICENCE, revision(file)));
    body.put("manifest", manifest);
    return owner().post(RunningRegistry.MODEL_PATH, body).problem();
  }

  @Test
  void aServiceOfAnotherAddressGetsNoSignature() {
    ServiceClient client =
        new ServiceClient(
            URI.create("http://localhost:" + registry.url().getPort()),
            registry.community().owner(),
            Duration.ofSeconds(5));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> client.get(RunningRegistry.MODEL_PATH + "/blobs/0x" + "ab".repeat(32)))
        .hasMessageContaining("nothing was signed");
  }
}
