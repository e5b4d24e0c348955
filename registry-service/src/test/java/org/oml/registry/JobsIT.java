package org.oml.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.protocol.Manifest;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.Polling;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestJob;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestCaller.Answer;
import tools.jackson.databind.JsonNode;

/** How workers get jobs, report, hand in and fail. */
@ExtendWith(RunningRegistry.Resolver.class)
final class JobsIT {

  private static final byte[] FILE = "an instance's weights".getBytes(UTF_8);

  private final RunningRegistry registry;

  JobsIT(RunningRegistry registry) {
    this.registry = registry;
  }

  @Test
  void aWorkersFileGoesOnWhereItWasCutThoughRegistryAndWorkerDie() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode lost = made.lease();
    requireArrived(made.append(lost, FILE, 0, 5), 5, false);
    assertThat(made.append(lost, FILE, 0, 5).problem())
        .isEqualTo("409 REGISTRY_UPLOAD_OFFSET_DIFFERS");
    registry.killAndStartAgain();
    JsonNode job = made.lease();
    made.heartbeat(job).expect(200);
    assertThat(made.arrived(lost, FILE).problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    made.heartbeat(job).expect(200);
    assertThat(made.append(lost, FILE, 5, FILE.length).problem())
        .isEqualTo("409 REGISTRY_LEASE_LOST");
    made.heartbeat(job).expect(200);
    requireArrived(made.arrived(job, FILE), 5, false);
    made.heartbeat(job).expect(200);
    requireArrived(made.append(job, FILE, 5, FILE.length), FILE.length, true);
    requireArrived(made.arrived(job, FILE), FILE.length, true);
    made.heartbeat(job).expect(200);
    // What the base has under this path need not be sent at all.
    requireArrived(made.arrived(job, RunningRegistry.base()), RunningRegistry.base().length, true);
    requireArrived(made.arrived(job, FILE), 0, false);
    made.heartbeat(job).expect(200);
    requireArrived(made.append(job, FILE, 0, FILE.length), FILE.length, true);
    made.heartbeat(job).expect(200);
    made.complete(job, made.made(FILE)).expect(200);
    byte[] lie = "a lie of a certain len".getBytes(UTF_8);
    assertThat(made.append(job, lie, 0, lie.length).problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
  }

  private static void requireArrived(Answer answer, int offset, boolean complete) {
    JsonNode state = answer.expect(200).body();
    assertThat(state.required("offset").asString()).isEqualTo(Integer.toString(offset));
    assertThat(state.required("complete").asBoolean()).isEqualTo(complete);
  }

  @Test
  void aJobHoldsAllThatAWorkerNeeds() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    assertThat(job.required("kind").asString()).isEqualTo("instance");
    assertThat(job.required("model").asString()).isEqualTo(RunningRegistry.MODEL);
    assertThat(job.required("modelId").asString()).isEqualTo(registry.modelId().toString());
    assertThat(job.required("host").asString()).isEqualTo(made.wallet().address().toString());
    assertThat(Manifest.of(job.required("manifest"))).isEqualTo(registry.manifest());
    assertThat(job.required("fingerprints").required("count").asInt()).isEqualTo(64);
    assertThat(job.required("seed").asString()).matches("0x[0-9a-f]{64}");
    assertThat(Instant.parse(job.required("leasedUntil").asString())).isAfter(Instant.EPOCH);
    made.fail(job).expect(204);
  }

  @Test
  void instancesOfAModelShareTheSecretOfItsCodeThoughTheRegistryDies() throws Exception {
    TestJob first = TestJob.request(registry);
    JsonNode one = first.lease();
    registry.killAndStartAgain();
    TestJob second = TestJob.request(registry);
    JsonNode other = second.lease();

    assertThat(one.required("fingerprints").required("symbols").asInt()).isEqualTo(8);
    assertThat(one.required("codeSecret").asString()).matches("0x[0-9a-f]{64}");
    assertThat(other.required("codeSecret")).isEqualTo(one.required("codeSecret"));
    assertThat(other.required("seed")).isNotEqualTo(one.required("seed"));
    second.fail(other).expect(204);
  }

  @Test
  void aJobThatFailsThreeTimesIsGivenUp() throws Exception {
    TestJob made = TestJob.request(registry);
    for (int i = 1; i <= 2; i++) {
      JsonNode job = made.lease();
      if (i == 1) {
        checkpoint(made, job, "of no use any more").expect(200);
      }
      made.fail(job).expect(204);
      JsonNode shown = made.host().get(made.path()).body();
      assertThat(shown.required("state").asString()).isEqualTo("QUEUED");
      assertThat(shown.required("progress").required("detail").asString())
          .isEqualTo("TRAINER_FAILED: no luck");
    }
    JsonNode last = made.lease();
    made.fail(last).expect(204);
    assertThat(made.state()).isEqualTo("FAILED");
    assertThat(registry.storedFiles())
        .doesNotContain("checkpoints/" + last.required("jobId").asString());
    assertThat(made.fail(last).problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    assertThat(made.countersign(made.acceptance(made.made(FILE)), made.wallet()).problem())
        .isEqualTo("409 REGISTRY_INSTANCE_NOT_READY");
  }

  @Test
  void triesThatBringAJobFurtherDoNotCount() throws Exception {
    TestJob made = TestJob.request(registry);
    for (int i = 1; i <= 4; i++) {
      JsonNode job = made.lease();
      checkpoint(made, job, "state " + i).expect(200);
      made.fail(job).expect(204);
      assertThat(made.state()).isEqualTo("QUEUED");
    }
    made.fail(made.lease()).expect(204);
    made.fail(made.lease()).expect(204);
    assertThat(made.state()).isEqualTo("FAILED");
  }

  @Test
  void aTryThatFailedForNoFaultOfTheJobDoesNotCountAndTheNextFollowsAfterAPause() throws Exception {
    TestJob made = TestJob.request(registry);
    for (int i = 1; i <= 2; i++) {
      made.fail(made.lease()).expect(204);
    }
    JsonNode last = made.lease();
    made.worker()
        .post(
            TestJob.pathOf(last) + "/fail",
            Map.of("leaseToken", TestJob.tokenOf(last), "code", "DISK_FULL", "spared", true))
        .expect(204);
    assertThat(made.state()).isEqualTo("QUEUED");
    requireAnother(made, TestJob.ask(made.worker(), UUID.randomUUID()));
    end(made.worker(), made.lease());
  }

  private static void requireAnother(TestJob made, Answer given) {
    assertThat(given.status()).isIn(200, 204);
    if (given.status() == 200) {
      assertThat(given.body().required("instanceId").asString())
          .isNotEqualTo(made.instanceId().toString());
    }
  }

  @Test
  void aLeaseThatRanOutIsStillItsWorkersUntilAnotherAsks() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    Instant until = Instant.parse(job.required("leasedUntil").asString());
    Polling.until("the lease ran out", () -> Instant.now().isAfter(until.plusMillis(100)));
    made.heartbeat(job).expect(200);
    requireAnother(made, TestJob.ask(made.worker(), UUID.randomUUID()));
    end(made.worker(), job);
  }

  @Test
  void aResultIsTakenOnlyWholeForThisJobAndStrongEnough() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    Manifest right = made.made(FILE);
    assertThat(made.complete(job, right).problem()).isEqualTo("409 REGISTRY_RESULT_DIFFERS");
    made.upload(job, FILE).expect(200);
    assertThat(made.complete(job, made.made("other".getBytes(UTF_8))).problem())
        .isEqualTo("409 REGISTRY_RESULT_DIFFERS");
    assertThat(made.complete(job, registry.manifest()).problem())
        .isEqualTo("409 REGISTRY_RESULT_DIFFERS");
    Bytes32 digest =
        right.publication().orElseThrow().digest(registry.community().addresses().signingDomain());
    assertThat(made.complete(job, right.signed(registry.worker().sign(digest))).problem())
        .isEqualTo("409 REGISTRY_RESULT_DIFFERS");
    TestJob another =
        new TestJob(registry, made.wallet(), Keccak.of("another"), made.host(), made.worker());
    assertThat(made.complete(job, another.made(FILE)).problem())
        .isEqualTo("409 REGISTRY_RESULT_DIFFERS");
    assertThat(completeWith(made, job, Keccak.of("other root"), 1.0))
        .isEqualTo("409 REGISTRY_RESULT_DIFFERS");
    for (double success : new double[] {0.98, -1, 1.01, 1e300}) {
      assertThat(completeWith(made, job, TestJob.ROOT, success))
          .isEqualTo("409 REGISTRY_RESULT_TOO_WEAK");
    }
    for (double increase : new double[] {0.051, Double.MAX_VALUE}) {
      Map<String, Object> costly =
          new HashMap<>(Bodies.completion(TestJob.tokenOf(job), right, TestJob.ROOT, 1));
      costly.put("check", Map.of("success", 1.0, "count", 64, "lossIncrease", increase));
      assertThat(made.worker().post(TestJob.pathOf(job) + "/complete", costly).problem())
          .isEqualTo("409 REGISTRY_RESULT_TOO_COSTLY");
    }
    assertThat(made.state()).isEqualTo("TRAINING");
    made.complete(job, right).expect(200);
  }

  @Test
  void aWorkerThatTakesAJobOverGetsTheCheckpointOfTheOneBefore() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    String path = TestJob.pathOf(job) + "/checkpoint";
    assertThat(made.worker().get(path).problem()).isEqualTo("404 REGISTRY_CHECKPOINT_UNKNOWN");
    for (String state : List.of("first state", "second state")) {
      checkpoint(made, job, state).expect(200);
    }
    made.fail(job).expect(204);
    assertThat(made.worker().get(path).problem()).isEqualTo("404 REGISTRY_CHECKPOINT_UNKNOWN");
    assertThat(checkpoint(made, job, "late").problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    JsonNode again = made.lease();
    assertThat(made.worker().get(path).expect(200).text()).isEqualTo("second state");
    made.upload(again, FILE).expect(200);
    made.complete(again, made.made(FILE)).expect(200);
    assertThat(made.worker().get(path).problem()).isEqualTo("404 REGISTRY_CHECKPOINT_UNKNOWN");
  }

  private static Answer checkpoint(TestJob made, JsonNode job, String state) throws IOException {
    byte[] bytes = state.getBytes(UTF_8);
    return made.worker()
        .put(
            TestJob.pathOf(job) + "/checkpoint",
            bytes,
            "OML-Lease",
            TestJob.tokenOf(job),
            "Repr-Digest",
            Bodies.digest(bytes));
  }

  private static String completeWith(TestJob made, JsonNode job, Bytes32 root, double success)
      throws Exception {
    return made.worker()
        .post(
            TestJob.pathOf(job) + "/complete",
            Bodies.completion(TestJob.tokenOf(job), made.made(FILE), root, success))
        .problem();
  }

  @Test
  void workIsGivenToWorkersAlone() throws Exception {
    TestCaller host = registry.caller(registry.host());
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    String path = TestJob.pathOf(job);
    String token = TestJob.tokenOf(job);
    for (Answer refused :
        List.of(
            host.post("/v1/jobs/lease", Map.of("worker", "me", "leaseToken", token)),
            host.post(path + "/heartbeat", Map.of("leaseToken", token)),
            host.post(path + "/fail", Map.of("leaseToken", token, "code", "X")),
            host.post(
                path + "/complete", Bodies.completion(token, made.made(FILE), TestJob.ROOT, 1)),
            host.put(
                path + "/files/model.bin",
                FILE,
                "OML-Lease",
                token,
                "Repr-Digest",
                Bodies.digest(FILE)))) {
      assertThat(refused.problem()).isEqualTo("403 REGISTRY_WORKER_UNKNOWN");
    }
    made.fail(job).expect(204);
  }

  @Test
  void noJobIsTakenTwiceHoweverManyWorkersAsk() throws Exception {
    List<Bytes32> asked = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      asked.add(TestJob.request(registry).instanceId());
    }
    TestCaller worker = registry.caller(registry.worker());
    Queue<JsonNode> leased = new ConcurrentLinkedQueue<>();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(workers.submit(() -> leaseAll(worker, leased)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(leased.stream().map(job -> job.required("jobId").asString()))
        .doesNotHaveDuplicates();
    assertThat(leased.stream().map(job -> Bytes32.parse(job.required("instanceId").asString())))
        .containsAll(asked);
    for (JsonNode job : leased) {
      end(worker, job);
    }
  }

  private static Object leaseAll(TestCaller worker, Queue<JsonNode> leased) throws IOException {
    while (true) {
      Answer answer = TestJob.ask(worker, UUID.randomUUID());
      if (answer.status() == 204) {
        return leased;
      }
      leased.add(answer.expect(200).body());
    }
  }

  private static void end(TestCaller worker, JsonNode job) throws IOException {
    String token = TestJob.tokenOf(job);
    worker
        .post(
            TestJob.pathOf(job) + "/fail",
            Map.of("leaseToken", token, "code", "TEST_ENDED", "again", false))
        .expect(204);
  }

  @Test
  void aWorkerWhoseAnswerWasLostIsGivenTheSameJobAgain() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    UUID token = UUID.fromString(TestJob.tokenOf(job));
    JsonNode again = TestJob.ask(made.worker(), token).expect(200).body();
    assertThat(again.required("jobId")).isEqualTo(job.required("jobId"));
    assertThat(attempt(job)).isEqualTo(1);
    assertThat(made.worker().post("/v1/jobs/lease", Map.of("worker", "one")).status())
        .isEqualTo(400);
    end(made.worker(), job);
  }

  @Test
  void whatWouldFailAgainIsNotTriedAgain() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    end(made.worker(), job);
    assertThat(made.state()).isEqualTo("FAILED");
    JsonNode shown = made.host().get(made.path()).body();
    assertThat(shown.required("progress").required("detail").asString()).isEqualTo("TEST_ENDED");
  }

  private int attempt(JsonNode job) throws IOException {
    return registry
        .caller(registry.dashboard())
        .get(TestJob.pathOf(job))
        .expect(200)
        .body()
        .required("job")
        .required("attempt")
        .asInt();
  }

  @Test
  void aCheckpointThatArrivesWhenTheJobIsAnothersIsNotKept() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    checkpoint(made, job, "in time").expect(200);
    byte[] late = "late".getBytes(UTF_8);
    Answer answer =
        made.worker()
            .inTwoParts(
                "PUT",
                TestJob.pathOf(job) + "/checkpoint",
                List.of(
                    "OML-Lease: " + TestJob.tokenOf(job),
                    "Repr-Digest: " + Bodies.digest(late),
                    "Content-Length: " + late.length),
                late,
                () -> {
                  Polling.until("the upload has begun", registry::isReceiving);
                  made.fail(job).expect(204);
                });
    assertThat(answer.problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    JsonNode again = made.lease();
    assertThat(made.worker().get(TestJob.pathOf(job) + "/checkpoint").expect(200).text())
        .isEqualTo("in time");
    end(made.worker(), again);
  }

  @Test
  void whatAKilledRegistryLeftOfAJobThatEndedIsRemoved() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    end(made.worker(), job);
    String left = registry.leave("checkpoints/" + job.required("jobId").asString());
    registry.killAndStartAgain();
    Polling.until("it is removed", () -> !registry.storedFiles().contains(left));
  }
}
