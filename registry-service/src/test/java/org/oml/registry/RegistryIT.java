package org.oml.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.oml.protocol.Bytes32;
import org.oml.protocol.InstanceAcceptance;
import org.oml.protocol.Keccak;
import org.oml.protocol.LicenceAcceptance;
import org.oml.protocol.Manifest;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.Polling;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestCommunity;
import org.oml.registry.fixture.TestJob;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestCaller.Answer;
import tools.jackson.databind.JsonNode;

/** The way of models and instances through a registry on a real database and chain. */
@ExtendWith(RunningRegistry.Resolver.class)
final class RegistryIT {

  private static final byte[] FILE = "an instance's weights".getBytes(UTF_8);

  private final RunningRegistry registry;

  RegistryIT(RunningRegistry registry) {
    this.registry = registry;
  }

  @Test
  void anInstanceIsMadePublishedAndDownloadedThoughTheRegistryDies() throws Exception {
    TestJob made = TestJob.request(registry);
    assertThat(made.state()).isEqualTo("QUEUED");
    assertThat(made.host().get(made.filePath()).problem())
        .isEqualTo("409 REGISTRY_INSTANCE_NOT_PUBLISHED");

    JsonNode lost = made.lease();
    registry.killAndStartAgain();
    JsonNode job = made.lease();
    assertThat(job.required("jobId")).isEqualTo(lost.required("jobId"));
    assertThat(job.required("seed")).isEqualTo(lost.required("seed"));
    assertThat(made.heartbeat(lost).problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    assertThat(made.upload(lost, FILE).problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    assertThat(made.complete(lost, made.made(FILE)).problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    made.heartbeat(job).expect(200);
    JsonNode progress = made.host().get(made.path()).body().required("progress");
    assertThat(progress.required("step").asString()).isEqualTo("embed");
    assertThat(progress.required("share").asDouble()).isEqualTo(0.5);

    made.upload(job, FILE).expect(200);
    Answer completed = made.complete(job, made.made(FILE)).expect(200);
    assertThat(made.complete(job, made.made(FILE)).body()).isEqualTo(completed.body());
    assertThat(made.state()).isEqualTo("TRAINED");
    requireSigned(made);
    assertThat(made.host().get(made.filePath()).problem())
        .isEqualTo("409 REGISTRY_INSTANCE_NOT_PUBLISHED");

    made.countersign(made.acceptance(made.made(FILE)), made.wallet()).expect(202);
    registry.killAndStartAgain();
    Polling.until("the instance is published", () -> made.state().equals("PUBLISHED"));
    requireOnChain(made);
    assertThat(made.host().get(made.filePath()).expect(200).bytes()).isEqualTo(FILE);
    made.countersign(made.acceptance(made.made(FILE)), made.wallet()).expect(202);
  }

  /** By the account that the chain has publish the model, and by no worker. */
  private void requireSigned(TestJob made) throws Exception {
    Manifest kept = made.kept();
    Signature signature = kept.instance().orElseThrow().publisherSignature().orElseThrow();
    assertThat(kept.hash()).isEqualTo(made.made(FILE).hash());
    assertThat(kept.publication().orElseThrow().signer(domain(), signature))
        .isEqualTo(registry.publisher().address());
  }

  private void requireOnChain(TestJob made) throws Exception {
    var onChain = registry.community().instance(made.instanceId());
    assertThat(Bytes32.of(onChain.fingerprintRoot)).isEqualTo(TestJob.ROOT);
    assertThat(Bytes32.of(onChain.manifestHash)).isEqualTo(made.made(FILE).hash());
    assertThat(onChain.host).isEqualToIgnoringCase(made.wallet().address().toString());
    JsonNode shown = made.host().get(made.path()).body();
    assertThat(shown.required("fingerprintRoot").asString()).isEqualTo(TestJob.ROOT.toString());
    assertThat(shown.required("transaction").asString()).matches("0x[0-9a-f]{64}");
    assertThat(shown.required("progress").required("share").asDouble()).isEqualTo(1);
  }

  @Test
  void aFileComesWholeOrInPartAndNeverMixedWithAnother() throws Exception {
    byte[] file = new byte[200_000];
    new Random(7).nextBytes(file);
    TestJob made = TestJob.request(registry).make(file).publish(file);
    String path = made.filePath();
    String tag = "\"" + HexFormat.of().formatHex(Bodies.sha256(file).toBytes()) + "\"";

    Answer whole = made.host().get(path).expect(200);
    assertThat(whole.bytes()).isEqualTo(file);
    assertThat(whole.header("ETag")).isEqualTo(tag);
    assertThat(whole.header("Repr-Digest")).isEqualTo(Bodies.digest(file));
    assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
    Answer head = made.host().head(path).expect(200);
    assertThat(head.bytes()).isEmpty();
    assertThat(head.header("ETag")).isEqualTo(tag);
    assertThat(head.header("Content-Length")).isEqualTo("200000");

    requirePart(made, file, "bytes=0-0", 0, 1);
    requirePart(made, file, "bytes=4-", 4, file.length);
    requirePart(made, file, "bytes=100-199", 100, 200);
    requirePart(made, file, "bytes=-5", file.length - 5, file.length);
    requirePart(made, file, "bytes=-900000", 0, file.length);
    requirePart(made, file, "bytes=199999-900000", 199_999, file.length);
    Answer resumed = made.host().get(path, "Range", "bytes=150000-", "If-Range", tag);
    assertThat(resumed.expect(206).header("Repr-Digest")).isEqualTo(Bodies.digest(file));
    assertThat(resumed.bytes()).hasSize(50_000);
    for (String other : List.of("\"another\"", "Wed, 25 Nov 2026 00:00:00 GMT", "W/" + tag)) {
      Answer fresh = made.host().get(path, "Range", "bytes=150000-", "If-Range", other);
      assertThat(fresh.expect(200).bytes()).isEqualTo(file);
    }
    assertThat(made.host().get(path, "Range", "lines=1-2").expect(200).bytes()).isEqualTo(file);
    made.host().get(path, "If-None-Match", "\"another\", " + tag).expect(304);
    assertThat(made.host().get(made.path() + "/files/oml.json").expect(200).bytes())
        .isEqualTo(made.kept().bytes());
  }

  private static void requirePart(TestJob made, byte[] file, String range, int from, int to)
      throws Exception {
    Answer part = made.host().get(made.filePath(), "Range", range).expect(206);
    assertThat(part.header("Content-Range"))
        .isEqualTo("bytes " + from + "-" + (to - 1) + "/" + file.length);
    assertThat(part.bytes()).isEqualTo(Arrays.copyOfRange(file, from, to));
  }

  @Test
  void aRangeThatIsNotOnePartOfTheFileIsRefused() throws Exception {
    TestJob made = TestJob.request(registry).make(FILE).publish(FILE);
    for (String range :
        List.of(
            "bytes=21-",
            "bytes=5-4",
            "bytes=-0",
            "bytes=-",
            "bytes=0-1,3-4",
            "bytes=a-b",
            "bytes=--1",
            "bytes=99999999999999999999-")) {
      Answer refused = made.host().get(made.filePath(), "Range", range);
      assertThat(refused.problem()).as(range).isEqualTo("416 REGISTRY_RANGE_INVALID");
      assertThat(refused.header("Content-Range")).isEqualTo("bytes */" + FILE.length);
    }
    assertThat(made.host().get(made.path() + "/files/other.bin").problem())
        .isEqualTo("404 REGISTRY_FILE_UNKNOWN");
  }

  @Test
  void anothersInstanceCannotBeToldFromAMissingOne() throws Exception {
    TestJob published = TestJob.request(registry).make(FILE).publish(FILE);
    Bytes32 missing = Keccak.of("missing");
    for (SigningKey other :
        List.of(SigningKey.random(), registry.worker(), registry.community().owner())) {
      TestCaller stranger = registry.caller(other);
      for (String rest : List.of("", "/files/model.bin", "/files/oml.json", "/files/nothing")) {
        Answer anothers = stranger.get("/v1/instances/" + published.instanceId() + rest);
        Answer nobodys = stranger.get("/v1/instances/" + missing + rest);
        assertThat(anothers.problem()).isEqualTo("404 REGISTRY_INSTANCE_UNKNOWN");
        assertAlike(anothers, published.instanceId(), nobodys, missing);
        assertThat(stranger.head("/v1/instances/" + published.instanceId() + rest).status())
            .isEqualTo(404);
      }
      assertAlike(
          countersign(stranger, published.instanceId(), other),
          published.instanceId(),
          countersign(stranger, missing, other),
          missing);
      assertThat(stranger.get("/v1/instances").body().required("instances")).isEmpty();
    }
  }

  private static void assertAlike(Answer one, Bytes32 oneId, Answer other, Bytes32 otherId) {
    assertThat(one.problem()).isEqualTo(other.problem());
    assertThat(one.text().replace(oneId.toString(), "ID"))
        .isEqualTo(other.text().replace(otherId.toString(), "ID"));
  }

  private Answer countersign(TestCaller stranger, Bytes32 instanceId, SigningKey key)
      throws Exception {
    InstanceAcceptance acceptance =
        new InstanceAcceptance(instanceId, Keccak.of("a"), Keccak.of("b"), 2_000_000_000);
    return stranger.post(
        "/v1/instances/" + instanceId + "/acceptance",
        Bodies.countersignature(acceptance, sign(acceptance.digest(domain()), key)));
  }

  private SigningDomain domain() {
    return registry.community().addresses().signingDomain();
  }

  private static Signature sign(Bytes32 digest, SigningKey key) {
    return key.sign(digest);
  }

  /** What a host signed is on chain for all to see once its instance is published. */
  @Test
  void whoeverSendsAnothersAcceptanceLearnsNothingOfWhatBecameOfIt() throws Exception {
    SigningKey wallet = registry.host();
    LicenceAcceptance asked = registry.acceptance(wallet);
    LicenceAcceptance never = registry.acceptance(wallet);
    request(registry.caller(wallet), asked, wallet).expect(202);
    TestCaller stranger = registry.caller(SigningKey.random());
    Answer ofAsked = request(stranger, asked, wallet);
    assertThat(ofAsked.problem()).isEqualTo("403 REGISTRY_ACCEPTANCE_NOT_SIGNED");
    assertThat(ofAsked.text()).isEqualTo(request(stranger, never, wallet).text());
  }

  private Answer request(TestCaller caller, LicenceAcceptance acceptance, SigningKey signer)
      throws Exception {
    return caller.post(
        "/v1/instances",
        Bodies.request(
            RunningRegistry.MODEL, acceptance, sign(acceptance.digest(domain()), signer)));
  }

  @Test
  void theSameAcceptanceAgainIsAnsweredAlike() throws Exception {
    SigningKey wallet = registry.host();
    TestCaller host = registry.caller(wallet);
    LicenceAcceptance acceptance = registry.acceptance(wallet);
    Answer first = request(host, acceptance, wallet).expect(202);
    assertThat(first.body().required("state").asString()).isEqualTo("QUEUED");
    assertThat(request(host, acceptance, wallet).expect(202).body()).isEqualTo(first.body());
    String instanceId = first.body().required("instanceId").asString();
    assertThat(
            host.get("/v1/instances")
                .body()
                .required("instances")
                .valueStream()
                .filter(shown -> shown.required("instanceId").asString().equals(instanceId)))
        .hasSize(1);
  }

  @Test
  void anAcceptanceIsTakenOnlyAsTheChainHasItAndSignedByAStakedHost() throws Exception {
    SigningKey wallet = registry.host();
    TestCaller host = registry.caller(wallet);
    LicenceAcceptance good = registry.acceptance(wallet);
    assertThat(request(host, good, SigningKey.random()).problem())
        .isEqualTo("403 REGISTRY_ACCEPTANCE_NOT_SIGNED");
    SigningKey other = SigningKey.random();
    assertThat(request(host, registry.acceptance(other), other).problem())
        .isEqualTo("403 REGISTRY_ACCEPTANCE_NOT_SIGNED");
    Bytes32 wrong = Keccak.of("wrong");
    var base = good.baseManifestHash();
    for (LicenceAcceptance different :
        List.of(
            like(good, wrong, good.licenceHash(), 1, base, good.deadline()),
            like(good, good.modelId(), wrong, 1, base, good.deadline()),
            like(good, good.modelId(), good.licenceHash(), 2, base, good.deadline()),
            like(good, good.modelId(), good.licenceHash(), 1, wrong, good.deadline()))) {
      assertThat(request(host, different, wallet).problem())
          .isEqualTo("409 REGISTRY_ACCEPTANCE_DIFFERS");
    }
    for (long deadline : new long[] {0, Instant.now().getEpochSecond() + 60}) {
      LicenceAcceptance late = like(good, good.modelId(), good.licenceHash(), 1, base, deadline);
      assertThat(request(host, late, wallet).problem())
          .isEqualTo("409 REGISTRY_ACCEPTANCE_EXPIRED");
    }
    SigningKey unstaked = SigningKey.random();
    assertThat(
            request(registry.caller(unstaked), registry.acceptance(unstaked), unstaked).problem())
        .isEqualTo("409 REGISTRY_STAKE_TOO_SMALL");
    SigningKey almost = SigningKey.random();
    registry
        .community()
        .stake(registry.modelId(), almost, TestCommunity.MINIMUM_STAKE.subtract(BigInteger.ONE));
    assertThat(request(registry.caller(almost), registry.acceptance(almost), almost).problem())
        .isEqualTo("409 REGISTRY_STAKE_TOO_SMALL");
  }

  private static LicenceAcceptance like(
      LicenceAcceptance good,
      Bytes32 modelId,
      Bytes32 licenceHash,
      int termsVersion,
      Bytes32 baseManifestHash,
      long deadline) {
    return new LicenceAcceptance(
        modelId,
        licenceHash,
        termsVersion,
        baseManifestHash,
        good.host(),
        good.gatewayKey(),
        good.nonce(),
        deadline);
  }

  @Test
  void anInstanceIsPublishedOnlyAsItsHostCountersignsIt() throws Exception {
    TestJob made = TestJob.request(registry);
    assertThat(made.countersign(made.acceptance(made.made(FILE)), made.wallet()).problem())
        .isEqualTo("409 REGISTRY_INSTANCE_NOT_READY");
    made.make(FILE);
    InstanceAcceptance right = made.acceptance(made.made(FILE));
    assertThat(made.countersign(right, SigningKey.random()).problem())
        .isEqualTo("403 REGISTRY_ACCEPTANCE_NOT_SIGNED");
    assertThat(
            made.countersign(made.acceptance(made.made("x".getBytes(UTF_8))), made.wallet())
                .problem())
        .isEqualTo("409 REGISTRY_ACCEPTANCE_DIFFERS");
    assertThat(
            made.countersign(
                    new InstanceAcceptance(
                        made.instanceId(), right.manifestHash(), TestJob.ROOT, 1_000),
                    made.wallet())
                .problem())
        .isEqualTo("409 REGISTRY_ACCEPTANCE_EXPIRED");
    assertThat(made.state()).isEqualTo("TRAINED");
  }

  @Test
  void showsPrometheusHowItsSenderIs() throws Exception {
    assertThat(registry.anybody().get("/metrics").expect(200).text())
        .containsPattern("oml_chain_intents\\{account=\"0x.*service=\"registry\",state=\"FINAL\"")
        .contains("oml_chain_balance", "oml_chain_oldest_seconds", "oml_chain_bumps_total");
  }

  @Test
  void aModelIsPublishedByItsOwnerAloneAndReadByAnybody() throws Exception {
    JsonNode shown = registry.anybody().get(RunningRegistry.MODEL_PATH).expect(200).body();
    assertThat(shown.required("modelId").asString()).isEqualTo(registry.modelId().toString());
    assertThat(shown.required("licence").asString()).isEqualTo(RunningRegistry.LICENCE);
    assertThat(Manifest.of(shown.required("manifest"))).isEqualTo(registry.manifest());
    assertThat(shown.required("terms").required("minimumStake").asString())
        .isEqualTo(TestCommunity.MINIMUM_STAKE.toString());
    assertThat(registry.anybody().get("/v1/models").body().required("models")).hasSize(1);
    assertThat(registry.anybody().get("/v1/models/oml/none").problem())
        .isEqualTo("404 REGISTRY_MODEL_UNKNOWN");

    TestCaller stranger = registry.caller(SigningKey.random());
    Map<String, Object> body =
        Bodies.publication(registry.modelId(), RunningRegistry.LICENCE, registry.manifest());
    assertThat(stranger.post(RunningRegistry.MODEL_PATH, body).problem())
        .isEqualTo("403 REGISTRY_MODEL_NOT_YOURS");
    assertThat(stranger.post("/v1/models/oml/other", body).problem())
        .isEqualTo("409 REGISTRY_MODEL_NOT_ON_CHAIN");
    TestCaller owner = registry.caller(registry.community().owner());
    assertThat(owner.post(RunningRegistry.MODEL_PATH, body).expect(200).body()).isEqualTo(shown);
    body.put("licence", "Do as you please.");
    assertThat(owner.post(RunningRegistry.MODEL_PATH, body).problem())
        .isEqualTo("409 REGISTRY_MODEL_DIFFERS");
  }

  @Test
  void baseFilesAreForTheOwnerAndForWorkers() throws Exception {
    String path = RunningRegistry.MODEL_PATH + "/files/" + RunningRegistry.FILE;
    for (SigningKey allowed : List.of(registry.worker(), registry.community().owner())) {
      assertThat(registry.caller(allowed).get(path).expect(200).bytes())
          .isEqualTo(RunningRegistry.base());
    }
    assertThat(registry.caller(registry.host()).get(path).problem())
        .isEqualTo("403 REGISTRY_MODEL_NOT_YOURS");
  }
}
