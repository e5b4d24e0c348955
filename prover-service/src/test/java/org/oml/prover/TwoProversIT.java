package org.oml.prover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.process.JavaProgram;
import org.oml.protocol.Bytes32;
import org.oml.prover.fixture.TestGateway;
import org.oml.prover.fixture.TestGateway.Behaviour;
import org.oml.prover.fixture.TestHost;
import org.oml.prover.fixture.TestPlatform;
import org.oml.servicekit.fixture.TestCaller;
import tools.jackson.databind.JsonNode;

/** Two provers as processes of their own, on one database and one account. */
class TwoProversIT {

  private static final int HOSTS = 4;
  private static final int KEYS = 2;
  private static final int COVERS = 2;
  private static final int AUDITS = 3;

  @TempDir private static Path directory;
  private static TestPlatform world;
  private static Bytes32 modelId;
  private static int secondPort;

  @BeforeAll
  static void start() throws Exception {
    world = TestPlatform.start(directory);
    modelId = world.community().register();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      secondPort = free.getLocalPort();
    }
    world.platform().start(program("prover", world.port()));
    world.platform().start(program("prover-second", secondPort));
  }

  private static JavaProgram program(String name, int port) {
    return JavaProgram.service(name, "prover-service", "org.oml.prover.ProverApplication", port)
        .withArguments(world.arguments(port).toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  /** Both processes see every schedule; each of its times is used by one, and each key once. */
  @Test
  void schedulesAuditEachHostOnceAtATimeWithinItsBudget() throws Exception {
    TestCaller first = TestCaller.signIn(world.url(), world.operator);
    List<TestGateway> gateways = new ArrayList<>();
    try {
      for (int i = 0; i < HOSTS; i++) {
        TestHost host = vaultedHost();
        TestGateway gateway = gateway(host, Behaviour.HONEST);
        gateways.add(gateway);
        TestCaller.Answer set = first.post("/v1/schedules", wish(host, gateway));
        assertThat(set.problem()).isEqualTo("200");
      }
      JsonNode all =
          Waiting.until(
              first,
              "/v1/schedules",
              found ->
                  StreamSupport.stream(found.required("schedules").spliterator(), false)
                      .allMatch(
                          one ->
                              one.path("lastOutcome").asString("").startsWith("Today's budget")));
      assertThat(all.required("schedules")).hasSize(HOSTS);
      // Keys are spent before they are asked: the last audit may still ask.
      Waiting.until(
          first,
          "/v1/audits",
          found ->
              StreamSupport.stream(found.required("audits").spliterator(), false)
                  .allMatch(one -> one.required("state").asString().equals("DONE")));
      for (TestGateway gateway : gateways) {
        List<String> keys =
            gateway.texts.stream().filter(text -> text.contains("secret key")).toList();
        assertThat(keys).hasSize(AUDITS * KEYS).doesNotHaveDuplicates();
        assertThat(gateway.mostAtOnce).hasValue(1);
      }
      for (JsonNode one : all.required("schedules")) {
        String path = "/v1/schedules/" + one.required("scheduleId").asString();
        assertThat(first.delete(path).problem()).isEqualTo("200");
        assertThat(first.delete(path).problem()).isEqualTo("404 PROVER_SCHEDULE_UNKNOWN");
      }
    } finally {
      gateways.forEach(TestGateway::close);
    }
  }

  @Test
  void anAuditGoesOnInTheOtherProcessWhicheverIsKilled() throws Exception {
    TestHost host = vaultedHost();
    try (TestGateway gateway = gateway(host, Behaviour.UNRELATED)) {
      URI second = URI.create("http://127.0.0.1:" + secondPort);
      TestCaller first = TestCaller.signIn(world.url(), world.operator);
      String audit = "/v1/audits/" + Waiting.ordered(first, order(host, gateway, 6, 8));
      Waiting.until(first, audit, found -> found.required("keysAsked").asInt() > 0);
      world.platform().supervisor().kill9("prover");
      TestCaller other = TestCaller.signIn(second, world.operator);
      Waiting.until(other, audit, found -> found.required("state").asString().equals("DONE"));
      world.platform().start(program("prover", world.port()));
      world.platform().supervisor().kill9("prover-second");
      TestCaller again = TestCaller.signIn(world.url(), world.operator);
      String next = "/v1/audits/" + Waiting.ordered(again, order(host, gateway, 3, 2));
      JsonNode done =
          Waiting.until(again, next, found -> found.required("state").asString().equals("DONE"));
      assertThat(done.required("verdict").asString()).isEqualTo("DOES_NOT_USE");
      world.platform().start(program("prover-second", secondPort));
    }
  }

  private static TestHost vaultedHost() throws Exception {
    TestHost host = world.community().host(modelId);
    TestCaller worker = TestCaller.signIn(world.url(), world.worker);
    String path = "/v1/vault/instances/" + host.instanceId();
    assertThat(worker.put(path, host.secrets()).problem()).isEqualTo("200");
    return host;
  }

  private static TestGateway gateway(TestHost host, Behaviour behaviour) throws IOException {
    return new TestGateway(host, world.community().domain(), world.permissions(), behaviour);
  }

  private static Map<String, Object> order(
      TestHost host, TestGateway gateway, int keys, int covers) {
    Map<String, Object> order = new HashMap<>();
    order.put("instanceId", host.instanceId().toString());
    order.put("endpoint", gateway.url());
    order.put("keys", keys);
    order.put("covers", covers);
    return order;
  }

  private static Map<String, Object> wish(TestHost host, TestGateway gateway) {
    Map<String, Object> wish = order(host, gateway, KEYS, COVERS);
    wish.put("meanGap", "PT1S");
    wish.put("keysPerDay", AUDITS * KEYS + 1);
    return wish;
  }
}
