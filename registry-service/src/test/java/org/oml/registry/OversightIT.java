package org.oml.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.oml.chain.Contract;
import org.oml.protocol.SigningKey;
import org.oml.registry.fixture.Polling;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestJob;
import org.oml.servicekit.fixture.TestCaller;
import tools.jackson.databind.JsonNode;

/** What dashboards see and steer. */
@ExtendWith(RunningRegistry.Resolver.class)
final class OversightIT {

  private final RunningRegistry registry;

  OversightIT(RunningRegistry registry) {
    this.registry = registry;
  }

  @Test
  void aDashboardSeesAJobsCurveEndsItAndHasItTriedAgain() throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    made.learnt(job, 3).expect(200);
    made.learnt(job, 5).expect(200); // within the same second: the curve needs one point
    TestCaller dashboard = registry.caller(registry.dashboard());

    JsonNode shown = dashboard.get(TestJob.pathOf(job)).expect(200).body();
    assertThat(shown.required("job").required("state").asString()).isEqualTo("LEASED");
    assertThat(shown.required("job").required("workerName").asString()).isEqualTo("one");
    assertThat(shown.required("history").size()).isEqualTo(1);
    assertThat(shown.required("history").get(0).required("learnt").asInt()).isEqualTo(3);
    assertThat(shown.required("history").get(0).required("loss").asDouble()).isEqualTo(0.25);
    assertThat(dashboard.post(TestJob.pathOf(job) + "/retry", Map.of()).problem())
        .isEqualTo("409 REGISTRY_JOB_NOT_FAILED");

    dashboard.post(TestJob.pathOf(job) + "/cancel", Map.of()).expect(200);
    assertThat(made.heartbeat(job).problem()).isEqualTo("409 REGISTRY_LEASE_LOST");
    assertThat(made.state()).isEqualTo("FAILED");
    assertThat(dashboard.post(TestJob.pathOf(job) + "/cancel", Map.of()).problem())
        .isEqualTo("409 REGISTRY_JOB_ENDED");

    dashboard.post(TestJob.pathOf(job) + "/retry", Map.of()).expect(200);
    assertThat(made.state()).isEqualTo("QUEUED");
    made.fail(made.lease()).expect(204);
    assertThat(dashboard.get("/v1/jobs").body().required("jobs").findValuesAsString("jobId"))
        .contains(job.required("jobId").asString());
    assertThat(dashboard.get("/v1/jobs/" + UUID.randomUUID()).problem())
        .isEqualTo("404 REGISTRY_JOB_UNKNOWN");
  }

  @Test
  void aDashboardSeesTermsInstancesAndShares() throws Exception {
    TestJob made = TestJob.request(registry);
    TestCaller dashboard = registry.caller(registry.dashboard());
    JsonNode terms =
        registry.anybody().get(RunningRegistry.MODEL_PATH + "/terms").expect(200).body();
    assertThat(terms.required("terms").findValuesAsString("version")).containsExactly("1");
    assertThat(
            dashboard
                .get(RunningRegistry.MODEL_PATH + "/instances")
                .expect(200)
                .body()
                .findValuesAsString("instanceId"))
        .contains(made.instanceId().toString());
    JsonNode governance = dashboard.get("/v1/governance").expect(200).body();
    assertThat(governance.required("holders").size()).isPositive();
    assertThat(governance.required("supply").asString()).isNotEqualTo("0");
    assertThat(governance.required("proposals").isArray()).isTrue();
    made.fail(made.lease()).expect(204);
  }

  @Test
  void aDashboardSeesWhoVotedForWhatWithHowMuch() throws Exception {
    TestCaller dashboard = registry.caller(registry.dashboard());
    registry.community().proposeAndVote("More lighthouses");
    Polling.until(
        "the vote is final",
        () -> {
          registry.callChain("evm_mine");
          JsonNode proposal = dashboard.get("/v1/governance").body().required("proposals").path(0);
          return proposal.path("voteCount").asInt(0) == 1
              && proposal.required("description").asString().equals("More lighthouses");
        });
    JsonNode proposal = dashboard.get("/v1/governance").body().required("proposals").get(0);
    JsonNode vote = proposal.required("votes").get(0);
    assertThat(vote.required("voter").asString())
        .isEqualTo(registry.community().owner().address().toString());
    assertThat(vote.required("support").asString()).isEqualTo("FOR");
    assertThat(vote.required("weight")).isEqualTo(proposal.required("votesFor"));
  }

  @Test
  void aDashboardHasAnAliasNameARevisionOfTheModel() throws Exception {
    TestCaller dashboard = registry.caller(registry.dashboard());
    String path = RunningRegistry.MODEL_PATH + "/aliases";
    JsonNode pointed =
        dashboard
            .post(path, Map.of("alias", "stable", "revision", "main"))
            .expect(200)
            .body()
            .required("aliases");
    assertThat(pointed.required("stable")).isEqualTo(pointed.required("main"));
    assertThat(dashboard.post(path, Map.of("alias", "HEAD", "revision", "main")).problem())
        .isEqualTo("400 REGISTRY_ALIAS_INVALID");
    assertThat(dashboard.post(path, Map.of("alias", "stable", "revision", "none")).problem())
        .isEqualTo("404 REGISTRY_REVISION_UNKNOWN");
    assertThat(
            registry
                .caller(registry.host())
                .post(path, Map.of("alias", "stable", "revision", "main"))
                .problem())
        .isEqualTo("403 REGISTRY_DASHBOARD_UNKNOWN");
  }

  /** The owner's wallet can send it as it is, and the contract says beforehand what it takes. */
  @Test
  void buildsTheTransactionOfNewTermsForTheOwnersWallet() throws Exception {
    TestCaller dashboard = registry.caller(registry.dashboard());
    String path = RunningRegistry.MODEL_PATH + "/terms";
    JsonNode newest = registry.anybody().get(path).expect(200).body().required("terms").get(0);
    Map<String, Object> terms = new HashMap<>();
    newest.properties().forEach(member -> terms.put(member.getKey(), member.getValue()));
    terms.put("version", newest.required("version").asInt() + 1);
    terms.put("penalty", "300000000000000000000");
    Map<String, Object> request = Map.of("terms", terms, "description", "A higher penalty");

    JsonNode built = dashboard.post(path + "/transaction", request).expect(200).body();
    assertThat(built.required("kind").asString()).isEqualTo("PUBLICATION");
    assertThat(built.required("from").asString())
        .isEqualTo(registry.community().owner().address().toString());
    assertThat(registry.community().simulated(built)).endsWith("2");

    terms.put("penalty", "3000000000000000000000");
    var refused = dashboard.post(path + "/transaction", request);
    assertThat(refused.problem()).isEqualTo("409 REGISTRY_TERMS_REFUSED");
    assertThat(refused.text()).contains("TermsInvalid(minimumStake)");
    terms.put("version", 7);
    assertThat(dashboard.post(path + "/transaction", request).problem())
        .isEqualTo("409 REGISTRY_TERMS_REFUSED");
    assertThat(registry.caller(registry.host()).post(path + "/transaction", request).problem())
        .isEqualTo("403 REGISTRY_DASHBOARD_UNKNOWN");
  }

  @Test
  void buildsAProposalWhereTheTimelockOwnsTheModel() throws Exception {
    TestCaller dashboard = registry.caller(registry.dashboard());
    String path = RunningRegistry.MODEL_PATH + "/terms";
    JsonNode newest = registry.anybody().get(path).expect(200).body().required("terms").get(0);
    Map<String, Object> terms = new HashMap<>();
    newest.properties().forEach(member -> terms.put(member.getKey(), member.getValue()));
    terms.put("version", newest.required("version").asInt() + 1);
    registry
        .community()
        .whileTheTimelockOwns(
            registry.modelId(),
            () -> {
              JsonNode built =
                  dashboard
                      .post(
                          path + "/transaction",
                          Map.of("terms", terms, "description", "The same once more"))
                      .expect(200)
                      .body();
              assertThat(built.required("kind").asString()).isEqualTo("PROPOSAL");
              assertThat(built.has("from")).isFalse();
              assertThat(built.required("to").asString())
                  .isEqualTo(
                      registry.community().addresses().of(Contract.COMMUNITY_GOVERNOR).toString());
              assertThat(registry.community().simulated(built)).matches("0x[0-9a-f]{64}");
            });
  }

  @Test
  void whatDashboardsSeeIsNobodyElses() throws Exception {
    for (SigningKey other : List.of(SigningKey.random(), registry.worker(), registry.host())) {
      TestCaller caller = registry.caller(other);
      for (String path :
          List.of(
              "/v1/jobs",
              "/v1/jobs/" + UUID.randomUUID(),
              RunningRegistry.MODEL_PATH + "/instances",
              "/v1/governance")) {
        assertThat(caller.get(path).problem()).as(path).isEqualTo("403 REGISTRY_DASHBOARD_UNKNOWN");
      }
      for (String action : List.of("/cancel", "/retry")) {
        assertThat(caller.post("/v1/jobs/" + UUID.randomUUID() + action, Map.of()).problem())
            .isEqualTo("403 REGISTRY_DASHBOARD_UNKNOWN");
      }
    }
  }
}
