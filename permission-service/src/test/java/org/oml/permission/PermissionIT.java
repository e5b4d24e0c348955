package org.oml.permission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.oml.permission.fixture.RunningService.ask;

import java.io.IOException;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.oml.permission.fixture.Polling;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestCommunity;
import org.oml.permission.fixture.TestHost;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keccak;
import org.oml.protocol.Signature;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.fixture.TestCaller;
import org.oml.servicekit.fixture.TestCaller.Answer;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** What hosts and provers get from the service, which runs on a real database and chain. */
@ExtendWith(RunningService.Resolver.class)
final class PermissionIT {

  private static final BigInteger STAKE = TestCommunity.MINIMUM_STAKE;

  private final RunningService service;

  PermissionIT(RunningService service) {
    this.service = service;
  }

  /** As a gateway makes it: of a salt that is drawn for the query. */
  private static Bytes32 saltedHash() {
    return Keccak.of(SigningKey.random().secret().toBytes(), "a query".getBytes(UTF_8));
  }

  private static IssuedPermit permitIn(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return IssuedPermit.parse(answer.body().required("permit").asString());
  }

  private static Signature signatureOf(IssuedPermit permit) {
    return switch (permit) {
      case SignedPermit alone -> alone.signature();
      case BatchedPermit joint -> joint.signature();
    };
  }

  private Optional<Signature> recorded(Bytes32 queryHash, TestHost host) throws SQLException {
    try (Connection connection = service.database();
        PreparedStatement find =
            connection.prepareStatement(
                "select signature from permit where query_hash = ? and host = ?")) {
      find.setBytes(1, queryHash.toBytes());
      find.setBytes(2, host.address().toBytes());
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? Optional.of(Signature.of(row.getBytes(1))) : Optional.empty();
      }
    }
  }

  @Test
  void answersAPermitForTheQueryThatTheChainsSignerSigned() throws Exception {
    TestHost host = service.host();
    Bytes32 hash = saltedHash();
    Answer answer = ask(service.caller(host.gatewayKey()), hash);
    IssuedPermit permit = permitIn(answer);
    assertThat(permit.permit().queryHash()).isEqualTo(hash);
    assertThat(permit.permit().host()).isEqualTo(host.address());
    assertThat(permit.permit().instanceId()).isEqualTo(host.instanceId());
    assertThat(permit.permit().modelId()).isEqualTo(service.community().modelId());
    assertThat(permit.permit().price()).isEqualTo(TestCommunity.PRICE);
    assertThat(permit.permit().expiresAt() - permit.permit().issuedAt()).isEqualTo(600);
    assertThat(permit.signer(service.community().addresses().signingDomain()))
        .isEqualTo(service.signer());
    assertThat(answer.body().required("permitHash").asString())
        .isEqualTo(permit.permitHash().toString());
    assertThat(answer.body().required("serial").asString())
        .isEqualTo(Long.toString(permit.permit().serial()));
  }

  /** Whoever holds the table lets nothing be recorded, and so nothing be answered. */
  @Test
  void answersNoPermitBeforeItIsInTheDatabase() throws Exception {
    TestHost host = service.host();
    TestCaller gateway = service.caller(host.gatewayKey());
    Bytes32 hash = saltedHash();
    try (Connection holder = service.database();
        Statement statement = holder.createStatement();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      holder.setAutoCommit(false);
      statement.execute("lock table permit in exclusive mode");
      Future<Answer> asked = callers.submit(() -> ask(gateway, hash));
      Polling.until("the permit waits to be recorded", this::aPermitWaitsForALock);
      assertThat(recorded(hash, host)).isEmpty();
      assertThat(asked).isNotDone();
      holder.rollback();
      IssuedPermit permit = permitIn(asked.get(1, TimeUnit.MINUTES));
      assertThat(recorded(hash, host)).contains(signatureOf(permit));
    }
  }

  private boolean aPermitWaitsForALock() throws SQLException {
    try (Connection connection = service.database();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select exists (select from pg_stat_activity
                  where wait_event_type = 'Lock' and query like 'insert into permit%')
                """)) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Test
  void givesTheSamePermitAgainWhileItLivesAndARefusalAfter() throws Exception {
    TestHost host = service.host();
    TestCaller gateway = service.caller(host.gatewayKey());
    Bytes32 living = saltedHash();
    IssuedPermit first = permitIn(ask(gateway, living));
    assertThat(permitIn(ask(gateway, living))).isEqualTo(first);
    assertThat(permitIn(ask(service.caller(host.wallet()), living))).isEqualTo(first);

    Bytes32 shortLived = saltedHash();
    try (ConfigurableApplicationContext second =
        service.another("--oml.permission.permit-life=4s")) {
      TestCaller there = gateway.at(RunningService.urlOf(second));
      IssuedPermit soonOver = permitIn(ask(there, shortLived));
      Polling.until(
          "the permit expires",
          () -> {
            Answer again = ask(there, shortLived);
            return again.status() == 200
                ? !permitIn(again).equals(soonOver)
                : again.problem().equals("409 PERMISSION_PERMIT_EXPIRED");
          });
      assertThat(permitIn(ask(there, living))).isEqualTo(first);
    }
    assertThat(ask(gateway, shortLived).problem()).isEqualTo("409 PERMISSION_PERMIT_EXPIRED");
  }

  @Test
  void tellsAHostThatANewInstanceIsWantedUntilItHasOneOrItIsWantedNoMore() throws Exception {
    TestHost host = service.host(STAKE, TestCommunity.PRICE);
    TestHost other = service.host();
    TestCaller prover = service.caller(service.prover());
    TestCaller gateway = service.caller(host.gatewayKey());
    String path = "/v1/hosts/" + host.address() + "/successors";
    Map<String, ?> both =
        Map.of("instanceIds", List.of(host.instanceId().toString(), other.instanceId().toString()));

    assertThat(gateway.put("/v1/successors", both).problem()).isEqualTo("403 PERMISSION_NOT_YOURS");
    assertThat(gateway.get(path).body().required("wanted")).isEmpty();
    for (int i = 0; i < 2; i++) {
      assertThat(prover.put("/v1/successors", both).body().required("instances").asInt())
          .isEqualTo(2);
    }
    JsonNode wanted = service.caller(host.wallet()).get(path).body().required("wanted");
    assertThat(wanted).hasSize(1);
    assertThat(wanted.get(0).required("instanceId").asString())
        .isEqualTo(host.instanceId().toString());
    assertThat(wanted.get(0).required("modelId").asString())
        .isEqualTo(service.community().modelId().toString());
    assertThat(wanted.get(0).required("since").asLong()).isPositive();
    assertThat(service.caller(other.wallet()).get(path).problem())
        .isEqualTo("403 PERMISSION_NOT_YOURS");

    service.community().publish(host.wallet(), SigningKey.random());
    Polling.until(
        "the host has a newer instance",
        () -> gateway.get(path).body().required("wanted").isEmpty());
    prover.put("/v1/successors", Map.of("instanceIds", List.of()));
    String others = "/v1/hosts/" + other.address() + "/successors";
    assertThat(service.caller(other.wallet()).get(others).body().required("wanted")).isEmpty();
    List<String> tooMany = Stream.generate(() -> saltedHash().toString()).limit(4_097).toList();
    assertThat(prover.put("/v1/successors", Map.of("instanceIds", tooMany)).problem())
        .isEqualTo("400 PERMISSION_SUCCESSORS_TOO_MANY");
  }

  @Test
  void givesEachHostItsOwnPermitForOneQueryHashAndNoneForAnothersInstance() throws Exception {
    TestHost first = service.host();
    TestHost second = service.host(STAKE, TestCommunity.PRICE.multiply(BigInteger.TEN));
    TestCaller firstCaller = service.caller(first.gatewayKey());
    TestCaller secondCaller = service.caller(second.gatewayKey());
    Bytes32 hash = saltedHash();
    IssuedPermit firsts = permitIn(ask(firstCaller, hash));
    IssuedPermit seconds = permitIn(ask(secondCaller, hash));
    assertThat(firsts.permit().host()).isEqualTo(first.address());
    assertThat(seconds.permit().host()).isEqualTo(second.address());
    assertThat(firsts.permitHash()).isNotEqualTo(seconds.permitHash());

    assertThat(askAs(secondCaller, saltedHash(), first.instanceId()).problem())
        .isEqualTo("403 PERMISSION_INSTANCE_UNKNOWN");
    Bytes32 other = service.community().publish(second.wallet(), second.gatewayKey());
    Polling.until(
        "the service knows the host's second instance",
        () -> ask(secondCaller, hash).problem().equals("400 PERMISSION_INSTANCE_AMBIGUOUS"));
    Bytes32 chosen = saltedHash();
    assertThat(permitIn(askAs(secondCaller, chosen, other)).permit().instanceId()).isEqualTo(other);
    assertThat(askAs(secondCaller, chosen, second.instanceId()).problem())
        .isEqualTo("409 PERMISSION_QUERY_HASH_USED");

    assertThat(lookUp(service.caller(service.prover()), hash)).containsExactly(firsts, seconds);
    assertThat(lookUp(firstCaller, hash)).containsExactly(firsts);
    assertThat(lookUp(secondCaller, hash)).containsExactly(seconds);
  }

  private static Answer askAs(TestCaller caller, Bytes32 hash, Bytes32 instanceId)
      throws IOException {
    return caller.post(
        "/v1/permits", Map.of("queryHash", hash.toString(), "instanceId", instanceId.toString()));
  }

  private static List<IssuedPermit> lookUp(TestCaller caller, Bytes32 hash) throws IOException {
    Answer answer = caller.get("/v1/permits/" + hash);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer
        .body()
        .required("permits")
        .valueStream()
        .map(permit -> IssuedPermit.parse(permit.required("permit").asString()))
        .toList();
  }

  @Test
  void refusesAHostThatIsNotPublishedOrNotStakedOrHasPaidNothingIn() throws Exception {
    assertThat(ask(service.caller(SigningKey.random()), saltedHash()).problem())
        .isEqualTo("403 PERMISSION_HOST_UNKNOWN");
    TestHost staked = service.host(STAKE.subtract(BigInteger.ONE), TestCommunity.PRICE);
    assertThat(ask(service.caller(staked.gatewayKey()), saltedHash()).problem())
        .isEqualTo("403 PERMISSION_STAKE_TOO_SMALL");
    service.community().stake(staked.wallet(), BigInteger.ONE);
    TestCaller gateway = service.caller(staked.gatewayKey());
    Polling.until("the stake suffices", () -> ask(gateway, Keccak.of("suffices")).status() == 200);
    assertThat(ask(gateway, saltedHash()).problem()).isEqualTo("402 PERMISSION_BALANCE_TOO_SMALL");
  }

  @Test
  void refusesAHostThatWasSlashedThoughItsStakeSuffices() throws Exception {
    TestHost host = service.host(STAKE.multiply(BigInteger.TWO), TestCommunity.PRICE);
    TestCaller gateway = service.caller(host.gatewayKey());
    Bytes32 hash = saltedHash();
    permitIn(ask(gateway, hash));
    service.community().slash(host.address(), BigInteger.ONE);
    Polling.until(
        "the service hears of it",
        () -> ask(gateway, hash).problem().equals("403 PERMISSION_HOST_SUSPENDED"));
    assertThat(lookUp(service.caller(service.prover()), hash)).hasSize(1);
  }

  /** Though the second instance was not told, and holds no memory of it. */
  @Test
  void recordsNoPermitOfAHostAtAnyInstanceOnceADashboardSuspendedIt() throws Exception {
    TestHost host = service.host();
    TestCaller gateway = service.caller(host.gatewayKey());
    TestCaller dashboard = service.caller(service.dashboard());
    String path = "/v1/hosts/" + host.address();
    Bytes32 hash = saltedHash();
    IssuedPermit before = permitIn(ask(gateway, hash));
    letsNobodyElseSuspend(host);

    assertThat(dashboard.post(path + "/suspend", Map.of("reason", "unpaid\nbills")).problem())
        .isEqualTo("400 PERMISSION_REASON_INVALID");
    Answer suspended = dashboard.post(path + "/suspend", Map.of("reason", "unpaid bills"));
    assertThat(suspended.body().required("suspensions"))
        .anySatisfy(
            one -> {
              assertThat(one.required("host").asString()).isEqualTo(host.address().toString());
              assertThat(one.required("reason").asString()).isEqualTo("unpaid bills");
            });

    assertSuspended(ask(gateway, saltedHash()));
    assertThat(permitIn(ask(gateway, hash))).isEqualTo(before);
    assertThat(
            gateway
                .post("/v1/permits/blank", Map.of("requestId", saltedHash().toString(), "count", 1))
                .problem())
        .isEqualTo("403 PERMISSION_HOST_SUSPENDED_BY_ADMIN");
    try (ConfigurableApplicationContext second = service.another()) {
      assertSuspended(ask(gateway.at(RunningService.urlOf(second)), saltedHash()));
    }

    dashboard.post(path + "/lift", Map.of());
    permitIn(ask(gateway, saltedHash()));
  }

  private void letsNobodyElseSuspend(TestHost host) throws Exception {
    String path = "/v1/hosts/" + host.address();
    for (SigningKey other : List.of(host.wallet(), host.gatewayKey(), service.prover())) {
      TestCaller caller = service.caller(other);
      for (Answer refused :
          List.of(
              caller.get("/v1/suspensions"),
              caller.post(path + "/suspend", Map.of("reason", "none")),
              caller.post(path + "/lift", Map.of()))) {
        assertThat(refused.problem()).isEqualTo("403 PERMISSION_NOT_YOURS");
      }
    }
  }

  private static void assertSuspended(Answer answer) {
    assertThat(answer.problem()).isEqualTo("403 PERMISSION_HOST_SUSPENDED_BY_ADMIN");
    assertThat(answer.text()).contains("unpaid bills");
  }

  @Test
  void neverOverdrawsABalanceHoweverManyAskAtOnceAtTwoInstances() throws Exception {
    int paid = 10;
    TestHost host = service.host(STAKE, TestCommunity.PRICE.multiply(BigInteger.valueOf(paid)));
    TestCaller here = service.caller(host.gatewayKey());
    try (ConfigurableApplicationContext second = service.another()) {
      TestCaller there = here.at(RunningService.urlOf(second));
      List<String> outcomes = new ArrayList<>();
      try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 10 * paid; i++) {
          TestCaller caller = i % 2 == 0 ? here : there;
          asked.add(callers.submit(() -> ask(caller, saltedHash())));
        }
        for (Future<Answer> answer : asked) {
          outcomes.add(answer.get().problem());
        }
      }
      assertThat(outcomes)
          .containsOnly("200", "402 PERMISSION_BALANCE_TOO_SMALL")
          .filteredOn("200"::equals)
          .hasSize(paid);
    }
    assertThat(usageOf(here, host))
        .containsExactly("10", TestCommunity.PRICE.multiply(BigInteger.TEN).toString());
  }

  private static List<String> usageOf(TestCaller caller, TestHost host) throws IOException {
    Answer answer = caller.get("/v1/hosts/" + host.address() + "/usage");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return List.of(
        answer.body().required("permits").asString(), answer.body().required("charge").asString());
  }

  @Test
  void knowsWhatItAnsweredAfterItWasKilledAmongRequests() throws Exception {
    TestHost host = service.host();
    TestCaller gateway = service.caller(host.gatewayKey());
    Map<Bytes32, IssuedPermit> answered = new ConcurrentHashMap<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 16; i++) {
        callers.execute(() -> askUntilNobodyAnswers(gateway, answered));
      }
      Polling.until("many are answered", () -> answered.size() > 200);
      service.kill();
    }
    service.startAgain();

    assertThat(answered).hasSizeGreaterThan(200);
    for (Map.Entry<Bytes32, IssuedPermit> entry : answered.entrySet()) {
      assertThat(recorded(entry.getKey(), host)).contains(signatureOf(entry.getValue()));
    }
    Map.Entry<Bytes32, IssuedPermit> one = answered.entrySet().iterator().next();
    assertThat(permitIn(ask(gateway, one.getKey()))).isEqualTo(one.getValue());
    assertThat(lookUp(service.caller(service.prover()), one.getKey()))
        .containsExactly(one.getValue());
    long permits = Long.parseLong(usageOf(gateway, host).getFirst());
    assertThat(permits).isEqualTo(countOf(host)).isGreaterThanOrEqualTo(answered.size());
  }

  @Test
  void oneInstanceGoesOnAndKnowsWhatTheOtherAnsweredBeforeItWasKilled() throws Exception {
    TestHost host = service.host(STAKE, TestCommunity.PRICE.multiply(BigInteger.valueOf(1_000)));
    TestCaller here = service.caller(host.gatewayKey());
    try (ConfigurableApplicationContext second = service.another()) {
      TestCaller there = here.at(RunningService.urlOf(second));
      Map<Bytes32, IssuedPermit> answered = new ConcurrentHashMap<>();
      try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
        for (int i = 0; i < 4; i++) {
          callers.execute(() -> askUntilNobodyAnswers(here, answered));
        }
        Polling.until("many are answered", () -> answered.size() > 100);
        permitIn(ask(there, saltedHash()));
        service.kill();
      }
      for (Map.Entry<Bytes32, IssuedPermit> entry : answered.entrySet()) {
        assertThat(permitIn(ask(there, entry.getKey()))).isEqualTo(entry.getValue());
      }
      permitIn(ask(there, saltedHash()));
      long permits = Long.parseLong(usageOf(there, host).getFirst());
      assertThat(permits).isEqualTo(countOf(host)).isGreaterThan(answered.size());
    } finally {
      service.startAgain();
    }
  }

  private static void askUntilNobodyAnswers(
      TestCaller gateway, Map<Bytes32, IssuedPermit> answered) {
    try {
      while (true) {
        Bytes32 hash = saltedHash();
        answered.put(hash, permitIn(ask(gateway, hash)));
      }
    } catch (Exception killed) {
      // What was not answered may be on record or not.
    }
  }

  private long countOf(TestHost host) throws SQLException {
    try (Connection connection = service.database();
        PreparedStatement count =
            connection.prepareStatement("select count(*) from permit where host = ?")) {
      count.setBytes(1, host.address().toBytes());
      try (ResultSet row = count.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getLong(1);
      }
    }
  }

  @Test
  void letsProversAndTheHostItselfLookUpAndNobodyElse() throws Exception {
    TestHost host = service.host();
    Bytes32 hash = saltedHash();
    IssuedPermit permit = permitIn(ask(service.caller(host.gatewayKey()), hash));
    for (SigningKey allowed : List.of(service.prover(), host.wallet(), host.gatewayKey())) {
      assertThat(lookUp(service.caller(allowed), hash)).containsExactly(permit);
      assertThat(service.caller(allowed).get("/v1/permits/" + saltedHash()).problem())
          .isEqualTo("404 PERMISSION_NO_PERMIT");
    }
    for (SigningKey other : List.of(SigningKey.random(), service.dashboard())) {
      assertThat(service.caller(other).get("/v1/permits/" + hash).problem())
          .isEqualTo("403 PERMISSION_NOT_YOURS");
    }
  }

  @Test
  void showsUsageToTheHostItsGatewayProversAndDashboardsAlone() throws Exception {
    TestHost host = service.host();
    String path = "/v1/hosts/" + host.address() + "/usage";
    IssuedPermit last = permitIn(ask(service.caller(host.gatewayKey()), saltedHash()));
    String permits = Long.toString(countOf(host));
    for (SigningKey allowed :
        List.of(host.wallet(), host.gatewayKey(), service.prover(), service.dashboard())) {
      Answer usage = service.caller(allowed).get(path);
      assertThat(usage.body().required("host").asString()).isEqualTo(host.address().toString());
      assertThat(usage.body().required("permits").asString()).isEqualTo(permits);
      assertThat(usage.body().required("charge").asString())
          .isEqualTo(TestCommunity.PRICE.multiply(new BigInteger(permits)).toString());
      assertThat(usage.body().required("lastIssuedAt").asLong())
          .isEqualTo(last.permit().issuedAt());
    }
    assertThat(service.caller(SigningKey.random()).get(path).problem())
        .isEqualTo("403 PERMISSION_NOT_YOURS");
    String ofNobody = "/v1/hosts/" + SigningKey.random().address() + "/usage";
    assertThat(service.caller(host.wallet()).get(ofNobody).problem())
        .isEqualTo("403 PERMISSION_NOT_YOURS");
    Answer nothing = service.caller(service.dashboard()).get(ofNobody);
    assertThat(nothing.body().required("permits").asString()).isEqualTo("0");
  }
}
